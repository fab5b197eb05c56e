import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { readConfig } from '../../src/main/config.ts';
import { blocks, firstColumn, page, section } from '../docs/markdown.ts';
import { ROOT, readCompose } from './compose.ts';
import { shapeViolations } from './compose-shape.ts';

const PAGE = page('docs/production.md');
const { services, volumes, secrets } = readCompose();

/** Names of services stand in code, and a row may tell of several. */
const named = (cells: readonly string[]) => cells.flatMap((cell) => cell.replaceAll('`', '').split(', '));

describe('docs/production.md', () => {
  it('tells of every service, and of no other', () => {
    const told = named(firstColumn(section(PAGE, '## What runs'), 'service', 'what it is', 'after'));
    assert.deepEqual(told.toSorted(), Object.keys(services).toSorted());
  });

  it('tells what each volume of a store is for', () => {
    const rows = firstColumn(PAGE, 'store', 'holds', 'when it is away', 'when it is lost');
    const told = named(rows).flatMap((row) => /^volume (\w+)$/.exec(row)?.[1] ?? []);
    // MongoDB's image wants a second one, in which nothing stands.
    const kept = Object.keys(volumes).filter((name) => name !== 'mongo-config');
    assert.deepEqual(told.toSorted(), kept.toSorted());
  });

  it('tells how each secret is changed', () => {
    const rows = section(PAGE, '## Rotation of secrets');
    assert.deepEqual(
      Object.keys(secrets).filter((name) => !rows.includes(`\`${name}\``)),
      [],
    );
  });

  it('gives commands for services that are there', () => {
    const commands = [...PAGE.matchAll(/docker compose (?:exec|run)((?: -\S+(?: tar)?)*) ([\w-]+)/g)];
    assert.ok(commands.length >= 10);
    assert.deepEqual(
      commands.filter(([, , name = '']) => !Object.hasOwn(services, name)),
      [],
    );
  });

  it('shows an override that compose and Ghost take', () => {
    const [text = '', ...more] = blocks(PAGE, 'yaml');
    assert.equal(more.length, 0);
    const override = parse(text);
    assert.deepEqual(shapeViolations(override), []);
    const mounted: readonly string[] = override.services.gateway.secrets;
    const base = services.gateway?.secrets ?? [];
    assert.deepEqual(mounted, [...base, ...Object.keys(override.secrets)], 'what is overridden is not lost');
    const environment = Object.keys(override.services.gateway.environment);
    const asText = Object.fromEntries(environment.map((name) => [name.replace(/_FILE$/, ''), 'a secret']));
    assert.equal(readConfig(asText, ROOT).slackSigningSecret?.expose(), 'a secret');
  });
});
