import type { CommitId } from '../../core/git.ts';
import type { CommitDraft, HistoryCommit } from '../../ports/repository.ts';
import { GHOST } from './environment.ts';
import { commitId, treeId } from './object-id.ts';

export interface ParsedCommit {
  readonly tree: string;
  readonly parents: readonly string[];
  /** Whole seconds since 1970, UTC. */
  readonly committedAt: number;
  readonly message: string;
}

/** The commit object, byte for byte what `git commit-tree` writes for this identity and date. The message is UTF-8. */
export function formatCommit(draft: CommitDraft): Buffer {
  if (draft.message.includes('\0')) throw new TypeError('a commit message cannot hold NUL');
  if (!Number.isSafeInteger(draft.date) || draft.date < 0) throw new TypeError(`not a date: ${draft.date}`);
  const by = `${GHOST.name} <${GHOST.email}> ${draft.date} +0000`;
  const message = draft.message.endsWith('\n') ? draft.message : `${draft.message}\n`;
  const parent = draft.parent === null ? [] : [`parent ${draft.parent}`];
  const head = [`tree ${draft.tree}`, ...parent, `author ${by}`, `committer ${by}`];
  const unsigned = Buffer.from(`${head.join('\n')}\n\n${message}`, 'utf8');
  if (draft.sign === undefined) return unsigned;
  const signature = draft.sign(unsigned).replaceAll('\n', '\n ');
  return Buffer.from(`${head.join('\n')}\n${signatureHeader(draft.tree)} ${signature}\n\n${message}`, 'utf8');
}

const SHA1_DIGITS = 40;

/** git has one for each kind of id, so that a commit which is known by both can be signed for both. */
function signatureHeader(tree: string): string {
  return tree.length === SHA1_DIGITS ? 'gpgsig' : 'gpgsig-sha256';
}

export function parseCommit(bytes: Buffer): ParsedCommit {
  const end = bytes.indexOf('\n\n');
  const headers = bytes.toString('latin1', 0, end < 0 ? bytes.length : end).split('\n');
  const values = (name: string) =>
    headers.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  const [, seconds] = / (\d+) [+-]\d{4}$/.exec(values('committer')[0] ?? '') ?? [];
  return {
    tree: values('tree')[0] ?? '',
    parents: values('parent'),
    committedAt: Number(seconds ?? 0),
    message: end < 0 ? '' : bytes.toString('utf8', end + 2),
  };
}

export function historyCommit(id: CommitId, bytes: Buffer): HistoryCommit {
  const parsed = parseCommit(bytes);
  const [parent] = parsed.parents;
  const landingSeq = trailer(parsed.message, 'Ghost-Seq');
  return {
    id,
    tree: treeId(parsed.tree),
    parent: parent === undefined ? null : commitId(parent),
    committedAt: parsed.committedAt,
    patch: trailer(parsed.message, 'Ghost-Patch'),
    landingSeq: landingSeq !== null && /^\d{1,15}$/.test(landingSeq) ? Number(landingSeq) : null,
  };
}

/**
 * The last value of a trailer, or null. Trailers stand in the last paragraph, if it is not the only one and all of its
 * lines are `Key: value`, a continuation or `(cherry picked from ...)`: stricter than git-interpret-trailers, whose
 * rule depends on configuration, and the same for every message that Ghost writes.
 */
function trailer(message: string, key: string): string | null {
  const paragraphs = message.trimEnd().split(/\n[ \t]*\n/);
  const lines = paragraphs.length < 2 ? [] : (paragraphs.at(-1)?.split('\n') ?? []);
  if (!lines.every((line) => /^(?:[A-Za-z0-9-]+[ \t]*:|[ \t]|\(cherry picked from )/.test(line))) return null;
  const prefix = `${key.toLowerCase()}:`;
  const found = lines.findLast((line) => line.toLowerCase().startsWith(prefix));
  return found === undefined ? null : found.slice(prefix.length).trim();
}
