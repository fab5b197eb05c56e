import type { PatchView, ReceiptView } from '../app/views.ts';
import { EXIT, type ExitCode } from '../core/errors.ts';
import type { StateName } from '../core/patch/patch.ts';
import type { Client } from './client.ts';
import type { Context } from './context.ts';
import { printPatch } from './patch-text.ts';
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
        ? `${one.id} was submitted before and is ${one.state}${place}; --force, or another idempotency key, makes a new patch`
        : `${one.id} accepted for ${one.workspace}${place}`,
    );
  }
}

/** A text's patches as they stand, as one document: the first with the rest of its series. */
export type Standing = PatchView & { readonly rest: readonly PatchView[] };

/** Follows all patches of a receipt to their ends. */
export async function endOf(
  { client, host }: Pick<Context, 'client' | 'host'>,
  print: Print,
  { receipt, timeoutMs }: { readonly receipt: ReceiptView; readonly timeoutMs: number },
): Promise<Standing> {
  await sayPaused(client, print, receipt);
  const ids = all(receipt).map(({ id }) => id);
  const [first, ...rest] = await waitForEnds(ids, { client, print, clock: host.clock, timeoutMs });
  const end = { ...receipt, ...first, rest };
  if (exitOfAll(end) === EXIT.pending) await sayPaused(client, print, receipt);
  return end;
}

/** Nothing of a paused workspace moves: whoever waits for it has to know. */
async function sayPaused(client: Client, print: Print, { workspace }: ReceiptView): Promise<void> {
  const path = `/api/v1/workspaces/${encodeURIComponent(workspace)}`;
  const { paused } = await client.get<{ readonly paused?: string | null }>(path);
  if (typeof paused !== 'string') return;
  print.note(`workspace ${workspace} is paused: ${paused}`);
  print.note(`nothing of it lands until \`ghost workspace resume ${workspace}\``);
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

/** The exit code of the patch of a text that fared worst. */
export function exitOfAll(standing: Standing): ExitCode {
  const states = [standing.state, ...standing.rest.map(({ state }) => state)];
  return exitOf({ state: WORST.find((state) => states.includes(state)) ?? standing.state });
}

export function printAll(print: Print, standing: Standing, heldHint?: string): void {
  for (const view of [standing, ...standing.rest]) printPatch(print, view, heldHint);
}
