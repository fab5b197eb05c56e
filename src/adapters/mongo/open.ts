import type { Clock } from '../../platform/clock.ts';
import { type Secret, secret } from '../../platform/secret.ts';
import type { Measured } from '../../ports/dependency.ts';
import type { Ledger } from '../../ports/ledger.ts';
import type { OpenedLedger } from '../../ports/ledger-ports.ts';
import type { Tokens } from '../../ports/tokens.ts';
import type { Workspaces } from '../../ports/workspaces.ts';
import { claimFor } from './belongs-to.ts';
import { connected, mongoAt, PATIENCE, type Patience } from './connection.ts';
import { requireWhole } from './copy/import-mark.ts';
import { appending } from './decide/chains.ts';
import { accepting, recording } from './decide/patches.ts';
import { addingToken, revoking } from './decide/tokens.ts';
import { acceptingTip, adding, pausing, removing } from './decide/workspaces.ts';
import { movingCursor } from './direct.ts';
import { timeOf } from './greeting.ts';
import { mongoLeaser } from './leaser.ts';
import { Decider } from './log/decider.ts';
import { Log } from './log/log.ts';
import { measure } from './measure.ts';
import { MIGRATION_MS, migrate } from './migrations/migrate.ts';
import { chainReads, outboxReads } from './read/chains.ts';
import { patchReads } from './read/patches.ts';
import { tokenReads, workspaceReads } from './read/register.ts';
import { reviveHungClient } from './revive.ts';
import { serverTime } from './server-time.ts';

export interface MongoLedger extends OpenedLedger {
  /** @throws GhostError ledger_unavailable */
  health(): Promise<Measured>;
}

export interface MongoOptions {
  readonly url: Secret | string;
  readonly clock: Clock;
  /** Whose ledger it is. */
  readonly installation: string;
  /** The time of leases: the server's, measured with `clock`; or `clock` itself, for tests that turn it. */
  readonly leaseTime?: 'server' | 'clock';
  readonly patience?: Partial<Patience>;
}

/**
 * Opens a ledger on MongoDB: a log of decisions, each one document, from which the collections that are read follow. Any
 * number of processes may open the same one.
 * @throws GhostError config_invalid, ledger_newer, ledger_unavailable
 */
export async function openMongoLedger(options: MongoOptions): Promise<MongoLedger> {
  const { clock, installation } = options;
  const url = typeof options.url === 'string' ? secret(options.url) : options.url;
  const patience = { ...PATIENCE, ...options.patience };
  const mongo = mongoAt(url, patience);
  try {
    await connected(mongo);
    await migrate(mongo, () => mongoAt(url, { ...patience, answerMs: MIGRATION_MS }));
    await claimFor(mongo, installation);
    await requireWhole(mongo);
  } catch (error) {
    await mongo.client.close();
    throw error;
  }
  const stopReviving = reviveHungClient(mongo.client, clock);
  const log = new Log(mongo);
  const decider = new Decider(mongo, log);
  const source = { mongo, log };
  const time = serverTime(clock, () => timeOf(mongo));
  const now = options.leaseTime === 'clock' ? async () => clock.now() : () => time.now();
  return {
    ledger: { ...patchReads(source), ...ledgerOn(decider) },
    chains: { ...chainReads(source), append: (draft) => decider.decide(appending(draft)) },
    outbox: { ...outboxReads(source), moveCursor: (reader, to) => movingCursor(mongo, reader, to) },
    leaser: mongoLeaser({ source, decider, now }),
    workspaces: { ...workspaceReads(source), ...workspacesOn(decider) },
    tokens: { ...tokenReads(source), ...tokensOn(decider) },
    health: () => measure({ mongo, time, clock }),
    async close() {
      await decider.idle();
      await log.idle();
      await stopReviving();
      await mongo.client.close();
    },
  };
}

function ledgerOn(decider: Decider): Pick<Ledger, 'accept' | 'record'> {
  return {
    accept: (...text) => decider.decide(accepting(text)),
    record: (step) => decider.decide(recording(step)),
  };
}

function workspacesOn(decider: Decider): Omit<Workspaces, 'find' | 'list'> {
  return {
    add: (workspace) => decider.decide(adding(workspace)),
    pause: (name, reason, actor, at) => decider.decide(pausing(name, reason, actor, at)),
    acceptTip: (name, accepted, by) => decider.decide(acceptingTip(name, accepted, by)),
    remove: (name, actor, at) => decider.decide(removing(name, actor, at)),
  };
}

function tokensOn(decider: Decider): Omit<Tokens, 'find' | 'list'> {
  return {
    add: (token) => decider.decide(addingToken(token)),
    revoke: (id, actor, at) => decider.decide(revoking(id, actor, at)),
  };
}
