import type { Lease } from '../../src/core/lease/lease.ts';
import { SYSTEM_CHAIN } from '../../src/core/ledger/entry.ts';
import type { PatchId } from '../../src/core/patch/id.ts';
import type { AcceptedSubmission } from '../../src/ports/ledger.ts';
import type { LedgerPorts } from '../../src/ports/ledger-ports.ts';
import {
  accepted,
  COMMIT,
  cancelled,
  claimed,
  failed,
  givenSubmission,
  givenToken,
  givenWorkspace,
  held,
  landing,
  moved,
  registered,
  rejected,
} from './given.ts';
import type { HandClock } from './hand-clock.ts';

/** What a filled ledger can be asked about. */
export interface Asked {
  /** A patch that answers for its key and its content. */
  readonly given: AcceptedSubmission;
  /** One whose work tree has not told yet. */
  readonly landed: PatchId;
  readonly lease: Lease;
  readonly workspaces: readonly string[];
  /** A name that was given and taken back. */
  readonly removed: string;
  readonly tokens: readonly string[];
}

const READERS = ['audit', 'summaries', 'publisher'];
const LEASES = ['relay'];

/** Writes at least one of everything that a ledger can know. */
export async function fillLedger(ports: LedgerPorts, clock: HandClock): Promise<Asked> {
  const { ledger, leaser, workspaces, outbox, chains } = ports;
  const workspace = await registered(ports);
  const remote = { url: 'https://example.org/a.git', writers: 'others', credentials: null } as const;
  const baseline = { tip: COMMIT, landings: 0 };
  const second = await registered(ports, { remote, baseline, workTree: '/srv/tree' });
  const tokens = await fillTokens(ports);
  const given = givenSubmission({
    workspace,
    idempotencyKey: 'k-1',
    externalId: 'e-1',
    title: 'Ä \u2028 \ud83d',
  });
  await ledger.accept(given);
  const landed = await fillPatches(ports, workspace);
  const lease = await fillLeases(ports, clock, workspace);
  await workspaces.pause(second, 'release today', 'ada', 1);
  await leaser.take({ name: 'relay', owner: 'relay/1', ttlMs: 10_000, above: 7 });
  const gone = givenWorkspace();
  await workspaces.add(gone);
  await workspaces.remove(gone.name, 'ada', 2);
  const draft = { at: 3, actor: '\udc00', type: 'phase.frozen', subject: 'release' };
  await chains.append({ ...draft, chain: SYSTEM_CHAIN, data: { text: 'x'.repeat(5_000) } });
  await outbox.moveCursor('audit', 5);
  await outbox.moveCursor('publisher', 3);
  return { given, landed, lease, workspaces: [workspace, second, gone.name], removed: gone.name, tokens };
}

async function fillTokens({ tokens }: LedgerPorts): Promise<readonly string[]> {
  const [one, other] = [givenToken(), givenToken({ subject: 'bob', role: 'operator' })];
  await tokens.add(one);
  await tokens.add(other);
  await tokens.revoke(one.id, 'ada', 9);
  return [one.id, other.id];
}

/** One in every state, a repair, and a series; a text without bytes, and one that is no text. */
async function fillPatches({ ledger }: LedgerPorts, workspace: string): Promise<PatchId> {
  const fresh = (more: Parameters<typeof givenSubmission>[0] = {}) =>
    accepted(ledger, { workspace, ...more });
  const landed = await moved(ledger, await fresh({ body: new Uint8Array() }), ...landing(1));
  await moved(ledger, await fresh({ body: Uint8Array.from([0, 255, 10, 13, 0xc3]) }), held);
  const refused = await moved(ledger, await fresh(), claimed, rejected);
  await fresh({ lineage: { kind: 'repairs', patch: refused.id, round: 1 } });
  await moved(ledger, await fresh(), claimed, failed);
  await moved(ledger, await fresh(), cancelled);
  await moved(ledger, await fresh(), ...landing(2).slice(0, 2));
  const [one, two] = [givenSubmission({ workspace }), givenSubmission({ workspace })];
  const series = { first: one.id, of: 2 };
  await ledger.accept(
    { ...one, series: { ...series, index: 1 } },
    { ...two, series: { ...series, index: 2 } },
  );
  return landed.id;
}

async function fillLeases({ leaser }: LedgerPorts, clock: HandClock, name: string): Promise<Lease> {
  await leaser.take({ name, owner: 'runner/1', ttlMs: 1_000, above: 41 });
  clock.turn(1_000);
  const taken = await leaser.take({ name, owner: 'runner/2', ttlMs: 1_000, above: 0 });
  if (taken.kind !== 'taken') throw new Error('the lease was not free');
  await leaser.nameWriter(taken.lease, { pid: 4711, startedTicks: 99, bootId: 'boot-1' });
  return taken.lease;
}

/** Everything that the ports answer; two ledgers that answer the same are the same to all who use them. */
export async function answersOf(ports: LedgerPorts, asked: Asked) {
  const { ledger, chains, outbox, leaser, workspaces, tokens } = ports;
  const patches = await ledger.list({ limit: 1_000 });
  const heads = await chains.heads();
  return {
    patches,
    bodies: await inOrder(patches, async ({ id }) => [...(await ledger.body(id))]),
    found: await inOrder(patches, ({ id }) => ledger.find(id)),
    lines: await inOrder(asked.workspaces, (name) => ledger.line(name)),
    heads,
    entries: await inOrder(heads, ({ chain }) => chains.entries(chain, 0, 1_000)),
    about: await inOrder(patches, ({ id }) => chains.entriesAbout(id)),
    events: await outbox.after(0, 1_000),
    newest: await outbox.newest(),
    entryAt: await outbox.entryAt(await outbox.newest()),
    cursors: await inOrder(READERS, (reader) => outbox.cursor(reader)),
    leases: await inOrder([...asked.workspaces, ...LEASES], (name) => leaser.find(name)),
    workspaces: await workspaces.list(),
    workspace: await inOrder(asked.workspaces, (name) => workspaces.find(name)),
    tokens: await tokens.list(),
    token: await inOrder(asked.tokens, (id) => tokens.find(id)),
  };
}

async function inOrder<T, R>(items: readonly T[], ask: (item: T) => Promise<R>): Promise<readonly R[]> {
  const answers: R[] = [];
  for (const item of items) answers.push(await ask(item));
  return answers;
}
