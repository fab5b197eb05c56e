import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileAuditLog } from '../../src/adapters/files/audit-log.ts';
import { fileEvidence } from '../../src/adapters/files/evidence.ts';
import { fileEvidenceKeys } from '../../src/adapters/files/evidence-keys.ts';
import { fileHeartbeats } from '../../src/adapters/files/heartbeats.ts';
import { fileOutputs } from '../../src/adapters/files/outputs.ts';
import { filePolicy } from '../../src/adapters/files/policy.ts';
import { fileRunLogs } from '../../src/adapters/files/run-logs.ts';
import { fileSecrets } from '../../src/adapters/files/secrets.ts';
import { fileSightings } from '../../src/adapters/files/sightings.ts';
import { fileSummaries } from '../../src/adapters/files/summaries.ts';
import { fileTrust } from '../../src/adapters/files/trust-store.ts';
import { yamlReader } from '../../src/adapters/files/yaml.ts';
import { gitRepositories } from '../../src/adapters/git/open.ts';
import { gitMirrors } from '../../src/adapters/git/remote/mirrors.ts';
import { jwtSigner } from '../../src/adapters/jwt/signer.ts';
import { memoryCache } from '../../src/adapters/memory/cache.ts';
import { memoryLedger } from '../../src/adapters/memory/ledger.ts';
import { memoryRateCounters } from '../../src/adapters/memory/rate-counters.ts';
import { memoryRegistry } from '../../src/adapters/memory/registry.ts';
import { memoryWakeUps } from '../../src/adapters/memory/wake-ups.ts';
import { commandSandbox } from '../../src/adapters/sandbox/sandbox.ts';
import { httpServices } from '../../src/adapters/services/http-services.ts';
import { httpWebhooks } from '../../src/adapters/webhooks/webhooks.ts';
import { changeWork, inlineEngine } from '../../src/app/change-work.ts';
import { issueToken } from '../../src/app/issue-token.ts';
import type { Needs } from '../../src/app/needs.ts';
import type { Role } from '../../src/core/role.ts';
import type { Workspace } from '../../src/core/workspace.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { ulidFactory } from '../../src/platform/ids.ts';
import { theCamera } from './camera.ts';

/** Everything that use cases need, in memory and in one temporary folder. */
export interface World {
  readonly needs: Needs;
  readonly directory: string;
  /** A bearer token for `role`; its subject is the role's name unless told otherwise. */
  token(role: Role, subject?: string): Promise<string>;
  /** Registers a workspace whose repository nobody opens. */
  workspace(name: string): Promise<Workspace>;
  close(): Promise<void>;
}

export async function openWorld(overrides: Partial<Needs> = {}): Promise<World> {
  const directory = await mkdtemp(join(tmpdir(), 'ghost-world-'));
  const inside = (...names: string[]) => join(directory, ...names);
  const clock = overrides.clock ?? systemClock;
  const { ledger, chains, outbox, leaser, workspaces, tokens } = memoryLedger({ clock });
  const needs: Needs = {
    ...{ ledger, chains, outbox, leaser, workspaces, tokens },
    admission: null,
    signer: await jwtSigner({
      file: inside('keys', 'signing.json'),
      issuer: 'ghost',
      audience: 'ghost-api',
      clock,
    }),
    evidenceSigner: fileEvidenceKeys({ directory: inside('keys'), now: () => clock.now() }),
    evidence: fileEvidence(inside('evidence')),
    trust: fileTrust(inside('evidence'), 'world'),
    sightings: fileSightings(inside('evidence')),
    outputs: fileOutputs(inside('outputs')),
    runLogs: fileRunLogs(inside('outputs')),
    hidden: [],
    packages: { install: async () => ({ kind: 'not-offered', why: 'the fake world installs nothing' }) },
    summaries: fileSummaries(inside('summaries')),
    auditLog: fileAuditLog(inside('audit.log')),
    policy: filePolicy(inside('policy.yml'), yamlReader),
    secrets: fileSecrets(inside('secrets')),
    yaml: yamlReader,
    webhooks: httpWebhooks({
      file: inside('webhooks.yml'),
      yaml: yamlReader,
      version: '0.0.0',
      now: () => clock.now(),
    }),
    changes: inlineEngine(changeWork(yamlReader)),
    sandbox: commandSandbox({ scratch: inside('scratch'), tools: [] }),
    camera: theCamera(),
    services: httpServices(),
    repositories: gitRepositories({ installation: 'world', scratch: inside('scratch') }),
    mirrors: gitMirrors({ folder: inside('mirrors') }),
    wakeUps: memoryWakeUps(),
    heartbeats: fileHeartbeats(inside('heartbeats')),
    registry: memoryRegistry({ clock }),
    cache: memoryCache({ clock }),
    counters: memoryRateCounters({ clock }),
    dependencies: [
      {
        ...{ name: 'ledger', serves: ['ledger', 'leaser'], need: 'required' },
        measure: async () => ({ latencyMs: 0, version: null, details: await outbox.newest(), findings: [] }),
      },
    ],
    repairRounds: 5,
    outputsKeptMs: 90 * 24 * 3_600_000,
    clock,
    newUlid: ulidFactory(),
    ...overrides,
  };
  return {
    needs,
    directory,
    token: async (role, subject = role) => {
      const request = { subject, role, ttlMs: 3_600_000, actor: 'world' };
      return (await issueToken(needs, request)).token;
    },
    workspace: async (name) => {
      const place = { gitDir: `/nowhere/${name}`, workTree: null, branch: 'main' };
      const workspace = {
        name,
        ...place,
        addedAt: clock.now(),
        addedBy: 'world',
        paused: null,
        remote: null,
        baseline: null,
      };
      await needs.workspaces.add(workspace);
      return workspace;
    },
    close: async () => {
      await needs.wakeUps.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
