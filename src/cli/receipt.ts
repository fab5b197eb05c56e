import type { PatchView, ReceiptView } from '../app/views.ts';
import { EXIT, type ExitCode } from '../core/errors.ts';
import type { StateName } from '../core/patch/patch.ts';
import type { Client } from './client.ts';
import type { Context } from './context.ts';
import { findLine, followsRemote, type Line, sayStill, watchLine, whyStill } from './line.ts';
import { isWaiting, printPatch } from './patch-text.ts';
import type { Print } from './print.ts';
import { exitOf, waitForEnds } from './wait.ts';

/** Receipts of the patches of one text, the first one's with those that follow it in its series. */
function all(receipt: ReceiptView): readonly ReceiptView[] {
  return [receipt, ...receipt.rest];
}

/** What became of a submission at once, for every command that makes one. */
export function sayReceipt(print: Print, receipt: ReceiptView): void {
  for (const { notes, ...one } of all(receipt)) {
    for (const note of notes) print.note(`note: ${note}`);
    const place = one.series === null ? '' : `, ${one.series.index} of ${one.series.of}`;
    print.note(
      one.repeated
        ? `${one.id} was submitted before and is ${one.state}${off(one)}${place}; --force, or another idempotency key, makes a new patch`
        : `${one.id} accepted for ${one.workspace}${place}`,
    );
  }
}

function off({ takenOff }: PatchView): string {
  return takenOff === null ? '' : ', and taken off the branch again';
}

/** A text's patches as they stand, as one document: the first with the rest of its series. */
export type Standing = PatchView & {
  readonly rest: readonly PatchView[];
  /** Why the line stood still when waiting ended before the patches did; null where it did not, left out where nobody waited. */
  readonly waits?: string | null;
  /** Its workspace lands here, and a remote follows. */
  readonly hasFollower?: boolean;
};

/** Follows all patches of a receipt to their ends, and tells meanwhile why their line stands still where it does. */
export async function endOf(
  { client, host }: Pick<Context, 'client' | 'host'>,
  print: Print,
  { receipt, timeoutMs }: { readonly receipt: ReceiptView; readonly timeoutMs: number },
): Promise<Standing> {
  const { workspace } = receipt;
  const ids = all(receipt).map(({ id }) => id);
  const before = await lineOf(client, workspace);
  const hasFollower = followsRemote(before);
  const waiting = { client, print, clock: host.clock, timeoutMs, hasFollower };
  const over = new AbortController();
  const watching = watchLine(workspace, waiting, over.signal);
  const views = await waitForEnds(ids, waiting).finally(async () => {
    over.abort();
    await watching;
  });
  const [first, ...rest] = views;
  const end = { ...receipt, ...first, rest, hasFollower };
  if (exitOfAll(end) !== EXIT.pending) return { ...end, waits: null };
  const waits = whyStill(await lineOf(client, workspace));
  if (waits !== null) sayStill(print, workspace, waits);
  return { ...end, waits };
}

/** What else is said of a patch does not fail for want of it. */
function lineOf(client: Client, workspace: string): Promise<Line | null> {
  return findLine(client, workspace).catch(() => null);
}

/** The worst first: what asks for somebody, what waits, and only then what is well. */
const WORST: readonly StateName[] = [
  'failed',
  'rejected',
  'held',
  'cancelled',
  'landing',
  'checking',
  'queued',
  'landed',
];

/** The exit code of the patch of a text that fared worst. What waits in a line that stands still waits for somebody. */
export function exitOfAll(standing: Standing): ExitCode {
  const states = [standing.state, ...standing.rest.map(({ state }) => state)];
  const exit = exitOf({ state: WORST.find((state) => states.includes(state)) ?? standing.state });
  return exit === EXIT.pending && typeof standing.waits === 'string' ? EXIT.held : exit;
}

export function printAll(print: Print, standing: Standing, heldHint?: string): void {
  const { hasFollower = false, waits = null } = standing;
  for (const view of [standing, ...standing.rest])
    printPatch(print, view, { heldHint, hasFollower, waits: isWaiting(view) ? waits : null });
}
