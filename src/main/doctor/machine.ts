import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { filePolicy } from '../../adapters/files/policy.ts';
import { yamlReader } from '../../adapters/files/yaml.ts';
import { SYSTEM_PATH } from '../../adapters/git/environment.ts';
import { requireTools } from '../../adapters/git/tools.ts';
import { commandSandbox } from '../../adapters/sandbox/sandbox.ts';
import type { Diagnosis } from '../../app/diagnose.ts';
import type { IsolationLevel } from '../../core/gate/verdict.ts';
import type { Home } from '../home.ts';

/** From here on a check reaches neither the files of the machine nor the network. */
const FENCED_OFF: IsolationLevel = 2;

export async function examineNode(): Promise<readonly Diagnosis[]> {
  const { node, sqlite } = process.versions;
  return [{ what: 'node', state: 'ok', saw: `${node} with SQLite ${sqlite}`, fix: null }];
}

export async function examineGit(): Promise<readonly Diagnosis[]> {
  const { git, flock } = await requireTools(SYSTEM_PATH);
  return [{ what: 'git', state: 'ok', saw: `${git}; ${flock}`, fix: null }];
}

/** By trying, in a folder of its own: that of the home is swept by whoever opens it. */
export async function examineSandbox(
  { policyFile }: Home,
  atMost: IsolationLevel,
): Promise<readonly Diagnosis[]> {
  const scratch = await mkdtemp(join(tmpdir(), 'ghost-doctor-'));
  try {
    const sandbox = commandSandbox({ scratch, tools: [dirname(process.execPath)], atMost });
    const { level, description } = await sandbox.isolation();
    const { minimumIsolation } = await filePolicy(policyFile, yamlReader).rulesFor('');
    const saw = `isolation level ${level}: ${description}`;
    const fix = 'install bubblewrap, and do what is named above; docs/isolation.md';
    if (level < minimumIsolation)
      return [
        { what: 'sandbox', state: 'refused', saw: `${saw}; policy.yml demands ${minimumIsolation}`, fix },
      ];
    if (level < FENCED_OFF) return [{ what: 'sandbox', state: 'degraded', saw, fix }];
    return [{ what: 'sandbox', state: 'ok', saw, fix: null }];
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
