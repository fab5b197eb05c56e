import type { Workspace } from '../core/workspace.ts';
import type { Clock } from '../platform/clock.ts';
import type { NewUlid } from '../platform/ids.ts';
import type { Secret } from '../platform/secret.ts';
import type { Admission } from '../ports/admission.ts';
import type { AuditLog, Summaries } from '../ports/audit-log.ts';
import type { Cache } from '../ports/cache.ts';
import type { Camera } from '../ports/camera.ts';
import type { Chains, Outbox } from '../ports/chain.ts';
import type { ChangeEngine } from '../ports/change-engine.ts';
import type { Dependency } from '../ports/dependency.ts';
import type { EvidenceSigner } from '../ports/evidence-signer.ts';
import type { EvidenceStore } from '../ports/evidence-store.ts';
import type { Heartbeats } from '../ports/heartbeats.ts';
import type { InstalledPackages } from '../ports/installed-packages.ts';
import type { Leaser } from '../ports/leaser.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Outputs } from '../ports/outputs.ts';
import type { Policy, YamlReader } from '../ports/policy.ts';
import type { RateCounters } from '../ports/rate-counters.ts';
import type { Registry } from '../ports/registry.ts';
import type { Mirrors, OpenRepository, RepositoryProbe } from '../ports/repository.ts';
import type { RunLogs } from '../ports/run-logs.ts';
import type { Sandbox } from '../ports/sandbox.ts';
import type { Secrets } from '../ports/secrets.ts';
import type { Services } from '../ports/services.ts';
import type { TokenSigner, Tokens } from '../ports/tokens.ts';
import type { Sightings, TrustStore } from '../ports/trust.ts';
import type { WakeUps } from '../ports/wake-ups.ts';
import type { Webhooks } from '../ports/webhooks.ts';
import type { Workspaces } from '../ports/workspaces.ts';

/**
 * All that use cases can ask for. Each one takes a `Pick` of it, so that its signature tells what it touches;
 * `main/wire.ts` is the only place that fills it.
 */
export interface Needs {
  readonly ledger: Ledger;
  readonly chains: Chains;
  readonly outbox: Outbox;
  readonly leaser: Leaser;
  /** In front of the leaser, which asks it by itself: for those who show who is in. Null where nothing stands there. */
  readonly admission: Admission | null;
  readonly workspaces: Workspaces;
  readonly tokens: Tokens;
  readonly signer: TokenSigner;
  readonly evidenceSigner: EvidenceSigner;
  readonly evidence: EvidenceStore;
  readonly trust: TrustStore;
  readonly sightings: Sightings;
  readonly outputs: Outputs;
  readonly runLogs: RunLogs;
  readonly packages: InstalledPackages;
  /** Secrets of this installation, which no output of a check may show. */
  readonly hidden: readonly Secret[];
  readonly summaries: Summaries;
  readonly auditLog: AuditLog;
  readonly policy: Policy;
  readonly yaml: YamlReader;
  readonly webhooks: Webhooks;
  readonly changes: ChangeEngine;
  readonly sandbox: Sandbox;
  /** For checks that the policy lets have them. */
  readonly secrets: Secrets;
  readonly camera: Camera;
  readonly services: Services;
  readonly repositories: { open(workspace: Workspace): Promise<OpenRepository> } & RepositoryProbe;
  readonly mirrors: Mirrors;
  readonly wakeUps: WakeUps;
  readonly heartbeats: Heartbeats;
  readonly registry: Registry;
  readonly cache: Cache;
  readonly counters: RateCounters;
  /** What the adapters in use rest on, measured for status and readiness. */
  readonly dependencies: readonly Dependency[];
  /** How many repairs in a row are taken before a person has to look. */
  readonly repairRounds: number;
  /** How long outputs of checks are kept; null for ever. */
  readonly outputsKeptMs: number | null;
  readonly clock: Clock;
  readonly newUlid: NewUlid;
}
