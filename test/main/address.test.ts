import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { test } from 'node:test';
import { addressOf } from '../../src/main/address.ts';
import { readConfig } from '../../src/main/config.ts';

const PORT = { port: 4711 };

function announced(variables: Readonly<Record<string, string>>): string {
  const config = readConfig(variables, '/package');
  return addressOf(config, config.runner, PORT);
}

test('a service announces the address by which others reach it', () => {
  assert.equal(announced({}), 'http://127.0.0.1:4711');
  assert.equal(announced({ GHOST_HOST: '::1' }), 'http://[::1]:4711');
  assert.equal(announced({ GHOST_HOST: '0.0.0.0' }), `http://${hostname()}:4711`);
  assert.equal(announced({ GHOST_HOST: '::' }), `http://${hostname()}:4711`);
  const advertised = { GHOST_HOST: '0.0.0.0', GHOST_ADVERTISED_HOST: 'runner-1.internal' };
  assert.equal(announced(advertised), 'http://runner-1.internal:4711');
  assert.equal(announced({ GHOST_ADVERTISED_HOST: 'fd00::7' }), 'http://[fd00::7]:4711');
});

test('an advertised host is a name or an address and nothing more', () => {
  for (const host of ['http://runner', 'runner:5051', 'a b', 'user@host', '/'])
    assert.throws(() => announced({ GHOST_ADVERTISED_HOST: host }), /GHOST_ADVERTISED_HOST/, host);
});
