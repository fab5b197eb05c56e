import { fail } from '../../../core/errors.ts';
import type { CommitId } from '../../../core/git.ts';
import { type NetworkEnd, whyNoAnswer } from './network-git.ts';
import { noAnswer } from './remote-refs.ts';
import { plainWords } from './server-words.ts';

/** What a remote says of itself, before there is a copy. */
export interface RemoteBranch {
  readonly branch: string;
  readonly tip: CommitId;
}

/** Runs git with these arguments, to which the remote's address belongs. */
export type Ask = (args: readonly string[]) => Promise<NetworkEnd>;

/** Of the branches that a remote has so many are named where the wanted one is missing, each in so many characters. */
const NAMED = 10;
const LONGEST_NAME = 100;

/**
 * The tip of a branch, or without one of that which the remote's HEAD names. Only what is wanted is asked for: a remote
 * may have more branches than an answer of ours may be long.
 * @throws GhostError remote_unreachable, remote_refused, repository_invalid, branch_unknown
 */
export async function askBranch(ask: Ask, url: string, wanted: string | null): Promise<RemoteBranch> {
  const branch = wanted ?? (await headOf(ask, url));
  const ref = `refs/heads/${branch}`;
  const tip = tips(await answered(ask, url, [ref])).get(ref);
  if (tip !== undefined) return { branch, tip: tip as CommitId };
  const known = await branchesOf(ask, url);
  throw fail('branch_unknown', { branch: shown(branch), path: url, known });
}

async function headOf(ask: Ask, url: string): Promise<string> {
  const { stdout } = await answered(ask, url, ['HEAD']);
  const head = /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(stdout)?.[1];
  if (head !== undefined) return head;
  const known = await branchesOf(ask, url);
  const problem =
    known === NONE
      ? 'it is empty, and a workspace needs a branch; push a first commit to it'
      : `its HEAD names no branch; name one with --branch, of ${known}`;
  throw fail('repository_invalid', { path: url, problem });
}

const NONE = 'none yet';

async function branchesOf(ask: Ask, url: string): Promise<string> {
  const refs = [...tips(await answered(ask, url, ['refs/heads/*'])).keys()];
  const names = refs.map((ref) => shown(ref.slice('refs/heads/'.length)));
  const more = names.length > NAMED ? ' and others' : '';
  return names.length === 0 ? NONE : `${names.slice(0, NAMED).join(', ')}${more}`;
}

async function answered(ask: Ask, url: string, patterns: readonly string[]): Promise<NetworkEnd> {
  const end = await ask(['ls-remote', '--symref', '--end-of-options', url, ...patterns]);
  if (end.exitCode !== 0) throw noAnswer({ url }, whyNoAnswer(end));
  return end;
}

function tips({ stdout }: NetworkEnd): ReadonlyMap<string, string> {
  const lines = stdout.matchAll(/^([0-9a-f]{40}|[0-9a-f]{64})\t(refs\/heads\/\S+)$/gm);
  return new Map([...lines].map(([, id = '', ref = '']) => [ref, id]));
}

function shown(name: string): string {
  const words = plainWords(name);
  return words.length > LONGEST_NAME ? `${words.slice(0, LONGEST_NAME)}…` : words;
}
