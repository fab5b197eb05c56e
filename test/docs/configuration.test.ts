import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { yamlReader } from '../../src/adapters/files/yaml.ts';
import { assembleGate } from '../../src/core/gate/gate.ts';
import { readGateFile } from '../../src/core/gate/gate-file.ts';
import { readPolicyFile, rulesOf } from '../../src/core/gate/policy-file.ts';
import { SETTINGS } from '../../src/main/settings.ts';
import { blocks, page, section, table } from './markdown.ts';

const PAGE = page('docs/configuration.md');

describe('docs/configuration.md', () => {
  it('lists exactly the settings that are read, with their defaults', () => {
    const told = table(PAGE, 'setting', 'default', 'meaning').map(([name, standard]) => ({ name, standard }));
    assert.deepEqual(
      told,
      SETTINGS.map(({ name, standard }) => ({ name, standard: standard ?? '' })),
    );
  });

  it('shows a policy.yml and a ghost.yml that are taken and make a gate', () => {
    const [policyText, ...more] = blocks(section(PAGE, '## policy.yml'), 'yaml');
    const [gateText] = blocks(section(PAGE, '## ghost.yml'), 'yaml');
    assert.ok(policyText !== undefined && gateText !== undefined && more.length === 0);
    const policy = readPolicyFile(yamlReader.read(policyText, 'policy.yml'), 'policy.yml');
    const own = readGateFile(yamlReader.read(gateText, 'ghost.yml'), {
      file: 'ghost.yml',
      source: 'workspace',
    });
    const rules = rulesOf(policy, 'app');
    assert.equal(rules.checks.length, 2, 'one for all, one for app');
    assert.equal(assembleGate(rules.checks, own).kind, 'gate');
  });
});
