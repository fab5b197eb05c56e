import { utf8 } from '../change/bytes.ts';
import type { Sha256 } from '../digest.ts';
import type { CommitId, FileMode, Path, TreeId } from '../git.ts';
import type { Attested } from '../patch/patch.ts';
import { payloadOf, readBundle } from './dsse.ts';
import { MUTATION } from './mutation.ts';
import { STATEMENT } from './statement.ts';

/** What a signed statement says of a landing, as far as somebody can hold it against the repository alone. */
export interface ToldMutation {
  readonly patch: string;
  readonly workspace: string;
  readonly commit: CommitId;
  readonly tree: TreeId;
  readonly base: { readonly commit: CommitId; readonly tree: TreeId | null };
  readonly landingNumber: number;
  readonly key: string | null;
  readonly paths: readonly ToldPath[];
  readonly gate: { readonly outcome: string; readonly checks: readonly ToldCheck[] };
  readonly finishedAt: number;
  readonly leaf: number;
  readonly previous: Attested | null;
}

interface ToldPath {
  readonly path: Path;
  readonly after: { readonly mode: FileMode; readonly blob: string; readonly sha256: Sha256 } | null;
}

interface ToldCheck {
  readonly name: string;
  readonly verdict: string;
}

/** Null for a statement that is not of this kind, or does not have the form that this version writes. */
function readMutation(payload: Uint8Array): ToldMutation | null {
  try {
    const statement = JSON.parse(Buffer.from(payload).toString('utf8')) as Json;
    if (statement._type !== STATEMENT || statement.predicateType !== MUTATION) return null;
    return toldIn(statement.predicate);
  } catch {
    // Something in it is not what it has to be, whatever it is.
    return null;
  }
}

/** Of the first statement of a bundle. */
export function readMutationOf(bundle: Uint8Array): ToldMutation | null {
  const read = readBundle(bundle);
  return read.kind === 'read' && read.envelopes[0] ? readMutation(payloadOf(read.envelopes[0])) : null;
}

// biome-ignore lint/suspicious/noExplicitAny: every member is looked at below, and what is not there ends the reading
type Json = any;

function toldIn({ patch, base, gate, result, finishedOn, log }: Json): ToldMutation {
  return {
    ...{ patch: text(patch.id), workspace: text(patch.workspace) },
    commit: id(result.gitCommit) as CommitId,
    tree: id(result.gitTree) as TreeId,
    base: {
      commit: id(base.gitCommit) as CommitId,
      tree: base.gitTree === null ? null : (id(base.gitTree) as TreeId),
    },
    landingNumber: count(result.landingNumber),
    key: result.key === null ? null : text(result.key),
    paths: result.paths.map(pathIn),
    gate: {
      outcome: text(gate.outcome),
      checks: gate.checks.map((check: Json) => ({ name: text(check.name), verdict: text(check.verdict) })),
    },
    finishedAt: count(Date.parse(finishedOn)),
    leaf: count(log.leaf),
    previous:
      log.previous === null
        ? null
        : { leaf: count(log.previous.leaf), bundle: text(log.previous.sha256) as Sha256 },
  };
}

function pathIn({ path, after }: Json): ToldPath {
  if (after === null) return { path: utf8(text(path)) as Path, after };
  const { mode, gitBlob, sha256 } = after;
  const content = { mode: text(mode) as FileMode, blob: id(gitBlob), sha256: text(sha256) as Sha256 };
  return { path: utf8(text(path)) as Path, after: content };
}

function text(value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new TypeError('not a text');
}

function id(value: unknown): string {
  if (typeof value === 'string' && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(value)) return value;
  throw new TypeError('not an id of git');
}

function count(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new TypeError('not a count');
}
