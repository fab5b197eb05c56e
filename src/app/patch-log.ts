import { type Sha256, sha256 } from '../core/digest.ts';
import { fail } from '../core/errors.ts';
import { verdictsIn } from '../core/evidence/summary.ts';
import { leftOutLine } from '../core/gate/output/left-out.ts';
import type { Verdict } from '../core/gate/verdict.ts';
import type { Patch } from '../core/patch/patch.ts';
import type { OutputPart, ReadPart } from '../ports/outputs.ts';
import type { LoggedRun } from '../ports/run-logs.ts';
import { findPatch } from './find-patch.ts';
import type { Needs } from './needs.ts';

type LogNeeds = Pick<Needs, 'ledger' | 'chains' | 'outputs' | 'runLogs'>;

/** More than what is kept of an ordinary run. */
const MOST_BYTES = 2 * 1024 * 1024;

interface LogQuery {
  /** Of this name alone; null for all. */
  readonly check: string | null;
  /** Of each output; null for its end. */
  readonly part: OutputPart | null;
}

/** What one check of one attempt printed; null when the bytes are no longer kept, or are kept elsewhere. */
interface CheckLog {
  readonly attempt: number;
  readonly verdict: Verdict;
  readonly output: ReadPart | null;
}

/** What a run printed that has no verdict: it still runs, or its runner ended before it did. */
interface OpenRun extends Pick<LoggedRun, 'check' | 'source' | 'startedAt'> {
  readonly state: 'running' | 'cut-off';
  readonly output: ReadPart;
}

interface PatchLog {
  readonly checks: readonly CheckLog[];
  readonly open: readonly OpenRun[];
}

/** What the checks printed, in the order they ran. @throws GhostError patch_unknown, not_stored when none has run */
export async function patchLog(
  needs: LogNeeds,
  id: string,
  { check, part }: LogQuery = { check: null, part: null },
): Promise<PatchLog> {
  const patch = await findPatch(needs, id);
  const entries = await needs.chains.entriesAbout(patch.id);
  const checked = entries.filter(({ type }) => type === 'patch.checked');
  const runs = (await needs.runLogs.runs(patch.id, 1)).filter(({ end }) => end?.ending !== 'whole');
  if (checked.length === 0 && runs.length === 0)
    throw fail('not_stored', { what: 'log', id, why: `no check has run on it; it is ${patch.state.name}` });
  const isAsked = (name: string) => check === null || name === check;
  const verdicts = checked
    .flatMap(({ data }, index) => verdictsIn(data).map((verdict) => ({ attempt: index + 1, verdict })))
    .filter(({ verdict }) => isAsked(verdict.check));
  const asked = withinReason(part);
  return {
    checks: await Promise.all(
      verdicts.map(async (one) => ({
        ...one,
        output: await keptPart(needs, one.verdict.output.sha256, asked),
      })),
    ),
    open: await Promise.all(
      runs.filter((run) => isAsked(run.check)).map((run) => openRun(needs, { run, patch, part: asked })),
    ),
  };
}

function withinReason(part: OutputPart | null): OutputPart {
  return part === null
    ? { kind: 'last', bytes: MOST_BYTES }
    : { ...part, bytes: Math.min(part.bytes, MOST_BYTES) };
}

/** Only the whole of it can be held to its digest. */
async function keptPart({ outputs }: LogNeeds, digest: Sha256, part: OutputPart): Promise<ReadPart | null> {
  const read = await outputs.readPart(digest, part);
  if (read !== null && read.bytes.length === read.total && sha256(read.bytes) !== digest)
    throw fail('integrity_broken', {
      problem: `the output ${digest} does not have the content it is named by`,
    });
  return read;
}

async function openRun(
  { runLogs }: LogNeeds,
  { run, patch, part }: { run: LoggedRun; patch: Patch; part: OutputPart },
): Promise<OpenRun> {
  const { check, source, startedAt, token } = run;
  const isRunning = run.end === null && patch.state.name === 'checking' && patch.state.token === token;
  const read = async (from: number) => runLogs.read(run, from, MOST_BYTES);
  return {
    check,
    source,
    startedAt,
    state: isRunning ? 'running' : 'cut-off',
    output: await printedPart(read, part),
  };
}

type Read = (from: number) => ReturnType<Needs['runLogs']['read']>;

/** No more of it is held than was asked for. */
async function printedPart(read: Read, part: OutputPart): Promise<ReadPart> {
  let held: Uint8Array = new Uint8Array();
  let total = 0;
  for await (const text of textsOf(read)) {
    held =
      part.kind === 'last'
        ? Buffer.concat([held, text]).subarray(-part.bytes)
        : Buffer.concat([held, inRange(text, { from: part.from - total, bytes: part.bytes - held.length })]);
    total += text.length;
  }
  return {
    from: part.kind === 'last' ? total - held.length : Math.min(part.from, total),
    bytes: held,
    total,
  };
}

function inRange(text: Uint8Array, { from, bytes }: { from: number; bytes: number }): Uint8Array {
  const first = Math.max(0, from);
  return text.subarray(first, first + bytes);
}

/** As if all of it were one text. */
async function* textsOf(read: Read): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (let pieces = await read(at); pieces.length > 0; pieces = await read(at)) {
    for (const { kind, from, bytes } of pieces) {
      yield kind === 'printed' ? bytes : Buffer.from(leftOutLine({ bytes }));
      at = from + (kind === 'printed' ? bytes.length : bytes);
    }
  }
}
