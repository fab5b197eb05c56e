import type { WorkspaceView } from '../app/describe-workspace.ts';
import type { Receipt } from '../app/submit-patch.ts';
import type { GhostError } from '../core/errors.ts';
import { sayOrder } from '../core/queue/orders.ts';

/** Slack cuts a text at 40,000 characters; nobody reads so far. */
const LONGEST = 3000;

/*
 * Everything that Ghost says in Slack. What comes from outside goes through `plain`, so that a patch's title can
 * neither mention a channel nor pass for markup.
 */

export function help(): string {
  return [
    '`/ghost submit [workspace]`, then the patch on the next lines or in a code block: puts it in the queue',
    '`/ghost status`: where every workspace stands',
    '`/ghost help`: this text',
  ].join('\n');
}

export function unknownCommand(word: string): string {
  return `There is no \`/ghost ${plain(word)}\`.\n${help()}`;
}

export function submitNothing(): string {
  return 'There is no patch in this command. Write `/ghost submit [workspace]` and put the patch on the next lines.';
}

export function received(receipt: Receipt): string {
  const all = [receipt, ...receipt.rest];
  if (all.length === 1) return receivedOne(receipt);
  const heading = `A series of ${all.length} patches. They land one after the other; where one does not, the rest end too.`;
  return [heading, ...all.map(receivedOne)].join('\n');
}

function receivedOne({ patch, repeated, notes }: Receipt): string {
  const { id, title, workspace } = patch;
  const what = repeated
    ? `This patch is here already: \`${id}\`, ${patch.state.name}`
    : `Received as \`${id}\``;
  return [`${what}, for workspace *${plain(workspace)}*: ${plain(title)}`, ...notes.map(plain)].join('\n');
}

export function refused(error: GhostError): string {
  return `${plain(error.message)}\n${plain(error.hint)}`;
}

export function broken(): string {
  return 'Something broke on our side; the log has the details.';
}

export function late(): string {
  return 'This takes longer than Slack waits for an answer. `/ghost status` tells whether it arrived.';
}

export function status(workspaces: readonly WorkspaceView[]): string {
  if (workspaces.length === 0) return 'There is no workspace yet. `ghost workspace add` makes one.';
  return workspaces.map(workspaceLine).join('\n');
}

function workspaceLine({ name, queued, held, head, landed, paused, mode, modeOrder }: WorkspaceView): string {
  const counts = `${queued} queued, ${held} held, ${landed} landed`;
  const first = head === null ? '' : `; first is \`${head.id}\`, ${head.state}`;
  const stopped = paused === null ? '' : `; paused: ${plain(paused)}`;
  const ordered =
    mode === 'auto' || modeOrder === null ? '' : `; in mode ${mode}, ${plain(sayOrder(modeOrder))}`;
  return `*${plain(name)}*: ${counts}${first}${stopped}${ordered}`;
}

/** Slack's three control characters escaped, backquotes and other control characters taken out. */
function plain(text: string): string {
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return short
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/(?!\n)\p{Cc}|[`\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '');
}
