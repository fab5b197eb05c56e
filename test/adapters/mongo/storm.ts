import assert from 'node:assert/strict';
import { setTimeout as after } from 'node:timers/promises';
import type { MongoLedger } from '../../../src/adapters/mongo/open.ts';
import { GhostError } from '../../../src/core/errors.ts';
import { verifyChain } from '../../../src/core/ledger/verify-chain.ts';
import type { Patch } from '../../../src/core/patch/patch.ts';
import type { AcceptedSubmission } from '../../../src/ports/ledger.ts';
import { cancelled, givenStep, givenSubmission } from '../../conformance/given.ts';
import { pick } from '../../conformance/random.ts';
import type { Weather, Proxy as Wire } from '../../world/proxy.ts';

/** What a caller was told about one key, in order. */
interface Told {
  readonly key: string;
  readonly content: string;
  readonly ids: string[];
  readonly answers: ('accepted' | 'repeated' | 'unavailable' | 'unknown')[];
  /** The receipt, once there is one. */
  patch: Patch | null;
  /** Whether a cancellation was answered, and how. */
  cancelled: 'recorded' | 'unknown' | null;
  /** What was answered to an entry that was appended once, and not again. */
  entry: 'appended' | 'unavailable' | 'unknown';
}

/** Appends an entry, submits a text until it is answered, as a patient client does, and then perhaps cancels the patch. */
export async function submitUntilAnswered(
  { ledger, chains }: Pick<MongoLedger, 'ledger' | 'chains'>,
  workspace: string,
  key: string,
  random: () => number,
): Promise<Told> {
  const told: Told = {
    key,
    content: `text of ${key}`,
    ids: [],
    answers: [],
    patch: null,
    cancelled: null,
    entry: 'appended',
  };
  const draft = { chain: 'system', at: 1, actor: 'ada', type: 'phase.frozen', subject: key, data: null };
  await chains.append(draft).catch((error: unknown) => {
    told.entry = fateIn(error);
  });
  while (told.patch === null) {
    const submission = givenSubmission({ workspace, content: told.content, idempotencyKey: key });
    told.ids.push(submission.id);
    await submitOnce(ledger, submission, told);
  }
  if (random() < 0.3) await cancelOnce(ledger, told.patch, told);
  return told;
}

async function submitOnce(ledger: MongoLedger['ledger'], submission: AcceptedSubmission, told: Told) {
  try {
    const answer = await ledger.accept(submission);
    if (answer.kind !== 'accepted' && answer.kind !== 'repeated') throw new Error(`it was ${answer.kind}`);
    told.answers.push(answer.kind);
    told.patch = answer.patch;
  } catch (error) {
    told.answers.push(fateIn(error));
  }
}

async function cancelOnce(ledger: MongoLedger['ledger'], patch: Patch, told: Told): Promise<void> {
  try {
    const recorded = await ledger.record(givenStep(patch, cancelled));
    assert.equal(recorded.kind, 'recorded');
    told.cancelled = 'recorded';
  } catch (error) {
    if (fateIn(error) === 'unknown') told.cancelled = 'unknown';
  }
}

function fateIn(error: unknown): 'unavailable' | 'unknown' {
  if (error instanceof GhostError && error.code === 'ledger_unavailable') return 'unavailable';
  if (error instanceof GhostError && error.code === 'ledger_unknown') return 'unknown';
  throw error;
}

const WEATHERS: readonly Weather[] = [
  { kind: 'deaf' },
  { kind: 'silent' },
  { kind: 'refuses' },
  { kind: 'slow', delayMs: 30 },
];

/** Faults of the network, one after the other, until `work` is done; gives how many there were. */
export async function inBadWeather(
  proxy: Wire,
  random: () => number,
  work: Promise<unknown>,
): Promise<number> {
  let faults = 0;
  let done = false;
  const ended = work.finally(() => {
    done = true;
  });
  while (!done) {
    faults += 1;
    const kind = random();
    if (kind < 0.3) proxy.reset();
    else if (kind < 0.6) proxy.cutAfter(Math.floor(random() * 4_000));
    else {
      proxy.weather(pick(WEATHERS, random));
      await Promise.race([ended, after(20 + random() * 500)]);
      proxy.weather({ kind: 'fair' });
    }
    await Promise.race([ended, after(10 + random() * 150)]);
  }
  await ended;
  return faults;
}

/** What has to hold whatever happened: each answered receipt there once, nothing twice, no gap, every chain whole. */
export async function assertNothingLost(ported: MongoLedger, told: readonly Told[]): Promise<void> {
  const { ledger, chains, outbox } = ported;
  const all = await ledger.list({ limit: Number.POSITIVE_INFINITY });
  const byKey = Map.groupBy(all, ({ idempotencyKey }) => idempotencyKey);
  for (const { key, ids, patch, answers, content, cancelled: end, entry } of told) {
    const about = (await chains.entriesAbout(key)).length;
    const expected = { appended: [1], unavailable: [0], unknown: [0, 1] }[entry];
    assert.ok(expected.includes(about), `the entry of ${key} was ${entry} and is there ${about} times`);
    const there = byKey.get(key) ?? [];
    assert.equal(there.length, 1, `${key} (${answers.join()}) is there ${there.length} times`);
    assert.equal(there[0]?.id, patch?.id, `${key} has another patch than its receipt`);
    assert.ok(ids.includes(`${there[0]?.id}`));
    const stored = new TextDecoder().decode(await ledger.body(there[0]?.id ?? fail()));
    assert.equal(stored, content);
    if (end === 'recorded') assert.equal(there[0]?.state.name, 'cancelled');
    if (end === null) assert.equal(there[0]?.state.name, 'queued');
  }
  assert.equal(all.length, told.length);
  assert.equal(new Set(all.map(({ seq }) => seq)).size, all.length);
  const newest = await outbox.newest();
  const events = await outbox.after(0, newest + 10);
  assert.deepEqual(
    events.map(({ position }) => position),
    Array.from({ length: newest }, (_, at) => at + 1),
  );
  let entries = 0;
  for (const head of await chains.heads()) {
    const chain = await chains.entries(head.chain, 0, Number.POSITIVE_INFINITY);
    assert.deepEqual(verifyChain(chain, head), []);
    entries += chain.length;
  }
  assert.equal(entries, newest);
}

function fail(): never {
  throw new Error('no patch');
}
