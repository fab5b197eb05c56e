import assert from 'node:assert/strict';
import { test } from 'node:test';
import Joi from 'joi';
import { GhostError } from '../../../src/core/errors.ts';
import { validated } from '../../../src/gateway/middleware/validate.ts';
import { serve } from '../serve.ts';

const SHAPE = Joi.object({
  limit: Joi.number().integer().min(1),
  checks: Joi.array().items(Joi.object({ name: Joi.string().required() })),
});

function messageOf(value: unknown): string {
  try {
    validated(SHAPE, value, 'body');
  } catch (error) {
    assert.ok(error instanceof GhostError);
    assert.equal(error.code, 'input_invalid');
    return error.message;
  }
  return '';
}

test('the error names the path of every value at fault', () => {
  assert.equal(messageOf({ limit: 0 }), 'body.limit: must be greater than or equal to 1');
  assert.equal(messageOf({ checks: [{ name: 'a' }, { name: 1 }] }), 'body.checks[1].name: must be a string');
  assert.equal(
    messageOf({ limit: 'x', color: 1 }),
    'body.limit: must be a number; body.color: is not allowed',
  );
  assert.equal(messageOf([]), 'body: must be of type object');
});

test('the error stays short, however many members are at fault', () => {
  const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`k${n}`, n]));
  const message = messageOf(many);
  assert.match(message, /^body\.k0: is not allowed; .*body\.k19: is not allowed; and 19980 more$/);
  assert.ok(message.length < 1_000);
});

test('a bad query, an unknown one and a repeated one are answered 400 with their path', async (t) => {
  const { call, world } = await serve(t);
  const as = await world.token('viewer');
  for (const [query, where] of [
    ['limit=0', 'query.limit'],
    ['limit=1e9', 'query.limit'],
    ['state=landed,flying', 'query.state'],
    ['colour=red', 'query.colour'],
    ['workspace=a&workspace=b', 'query.workspace'],
    ['before=-1', 'query.before'],
  ]) {
    const got = await call('GET', `/api/v1/patches?${query}`, { as });
    assert.equal(got.status, 400, query);
    assert.equal(got.body.code, 'input_invalid');
    assert.match(got.body.message, new RegExp(`^${where}: `), query);
  }
});

test('a bad body is answered 400 with its path, and a hint to what to do', async (t) => {
  const { call, world } = await serve(t);
  const as = await world.token('operator');
  for (const [body, where] of [
    [{}, 'body.name'],
    [{ name: 'a', repo: 7 }, 'body.repo'],
    [{ name: 'a', repo: '/r', checks: [{ name: 'x' }] }, 'body.checks[0].run'],
    [{ name: 'a', repo: '/r', owner: 'me' }, 'body.owner'],
  ] as const) {
    const got = await call('POST', '/api/v1/workspaces', { as, json: body });
    assert.equal(got.status, 400, where);
    assert.ok(got.body.message.startsWith(`${where}: `), got.body.message);
    assert.match(got.body.hint, /Correct/);
  }
});
