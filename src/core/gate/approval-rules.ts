import { legible } from '../change/bytes.ts';
import type { Path } from '../git.ts';
import { matchesGlob, whyNoGlob } from '../glob.ts';
import type { Patch } from '../patch/patch.ts';
import { readPhase } from '../patch/phase.ts';
import { isWorkspaceName } from '../workspace.ts';
import { describe, invalid, item, member, readList, readMapping, readText, type Spot } from './plain-data.ts';

/** When a patch needs the approval of people, and of how many. What a rule does not say holds for every patch. */
export interface ApprovalRule {
  /** How it is named to people. */
  readonly name: string;
  /** Globs; it asks for what touches a path that one of them matches. Empty: for every patch. */
  readonly paths: readonly string[];
  /** Who submitted it; `*` stands for any characters. Empty: whoever. */
  readonly authors: readonly string[];
  /** Empty: whichever, and none. */
  readonly phases: readonly string[];
  /** Empty: all. */
  readonly workspaces: readonly string[];
  /** How many people. */
  readonly count: number;
}

const MOST_PEOPLE = 20;
const KEYS = ['name', 'paths', 'authors', 'phases', 'count'] as const;

/** Reads a list of rules; those of a single workspace name no workspaces. @throws GhostError gate_file_invalid */
export function readApprovalRules(
  value: unknown,
  spot: Spot,
  scope: 'all' | 'one-workspace' = 'all',
): readonly ApprovalRule[] {
  return readList(value ?? [], spot).map((entry, at) => readRule(entry, item(spot, at), { scope, at }));
}

function readRule(
  entry: unknown,
  spot: Spot,
  { scope, at }: { readonly scope: 'all' | 'one-workspace'; readonly at: number },
): ApprovalRule {
  const rule = readMapping(entry, spot, scope === 'all' ? [...KEYS, 'workspaces'] : KEYS);
  const listOf = (key: string, read: (text: string, spot: Spot) => string) =>
    readList(rule.get(key) ?? [], member(spot, key)).map((one, index) => {
      const here = item(member(spot, key), index);
      return read(readText(one, here), here);
    });
  return {
    name: rule.has('name') ? readText(rule.get('name'), member(spot, 'name')) : `number ${at + 1}`,
    paths: listOf('paths', readGlob),
    authors: listOf('authors', (text) => text),
    phases: listOf('phases', readPhaseName),
    workspaces: listOf('workspaces', readWorkspaceName),
    count: readCount(rule.get('count') ?? 1, member(spot, 'count')),
  };
}

function readGlob(text: string, spot: Spot): string {
  const problem = whyNoGlob(text);
  if (problem !== null) throw invalid(spot, `\`${text}\` is no glob of paths: ${problem}`);
  return text;
}

function readPhaseName(text: string, spot: Spot): string {
  const phase = readPhase(text);
  if (phase === null) throw invalid(spot, `\`${text}\` is no name of a phase such as P14`);
  return phase;
}

function readWorkspaceName(text: string, spot: Spot): string {
  if (!isWorkspaceName(text)) throw invalid(spot, `\`${text}\` cannot be the name of a workspace`);
  return text;
}

function readCount(value: unknown, spot: Spot): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MOST_PEOPLE)
    return value;
  throw invalid(spot, `expected a whole number from 1 to ${MOST_PEOPLE}, got ${describe(value)}`);
}

/** In any case of letters: on some file systems `KEYS.txt` is the file that a rule about `keys.txt` guards. */
function guards(glob: string, path: Path): boolean {
  return matchesGlob(glob.toLowerCase(), legible(path).toLowerCase());
}

/** The paths of a patch for which a rule asks, which may be none where it asks for the whole patch; null where it does not ask. */
export function askedBy(
  rule: ApprovalRule,
  { author, workspace, terms }: Pick<Patch, 'author' | 'workspace' | 'terms'>,
  touched: readonly Path[],
): readonly Path[] | null {
  if (rule.workspaces.length > 0 && !rule.workspaces.includes(workspace)) return null;
  if (rule.authors.length > 0 && !rule.authors.some((one) => meansAuthor(one, author))) return null;
  if (rule.phases.length > 0 && (terms.phase === null || !rule.phases.includes(terms.phase))) return null;
  if (rule.paths.length === 0) return [];
  const asked = touched.filter((path) => rule.paths.some((glob) => guards(glob, path)));
  return asked.length === 0 ? null : asked;
}

/** A subject has no `/` that a star would stop at. */
function meansAuthor(pattern: string, author: string): boolean {
  return pattern.includes('*') ? matchesGlob(pattern, author) : pattern === author;
}
