import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundlePath, CHECKPOINT, FRONTIER, TRUST } from '../../src/core/evidence/log-files.ts';
import { firstTrust } from '../../src/core/evidence/trust/next-trust.ts';
import { sealTrust, trustFileBytes } from '../../src/core/evidence/trust/trust-file.ts';
import type { Patch } from '../../src/core/patch/patch.ts';
import { git } from '../world/git.ts';
import type { TestLine } from '../world/line.ts';
import { flipped, type Random } from './random-change.ts';
import type { Change } from './stored-fields.ts';

export interface Files {
  readonly line: TestLine;
  readonly random: Random;
  readonly patch: Patch;
}

const REF = 'refs/ghost/log/main';

export function changeBundle({ line, random, patch }: Files): Change {
  return flipFile('bundle', bundleOf(line, patch), random);
}

function bundleOf({ installation }: TestLine, patch: Patch): string {
  return join(installation.config.home.evidence, `${patch.id}.${attestedIn(patch).bundle}.jsonl`);
}

export function changeTrustFile({ line, random }: Files): Change {
  return flipFile('trust file', trustFileOf(line), random);
}

function trustFileOf({ installation }: TestLine): string {
  return join(installation.config.home.evidence, 'trust.json');
}

/** Signed as it has to be, by a key that signs here, and of another installation. */
export async function exchangeTrustFile({ line }: Files): Promise<Change> {
  const key = await line.needs.evidenceSigner.newest();
  const bytes = trustFileBytes([sealTrust(firstTrust('another', key, 0), [key])]);
  return replaced('trust file of another', trustFileOf(line), bytes);
}

export function deleteTrustFile({ line }: Files): Change {
  return replaced('trust file deleted', trustFileOf(line), null);
}

export function deleteBundle({ line, patch }: Files): Change {
  return replaced('bundle deleted', bundleOf(line, patch), null);
}

export async function deleteOutput({ line, patch }: Files): Promise<Change | null> {
  const file = await outputOf(line, patch);
  return file === null ? null : replaced('kept output deleted', file, null);
}

export function deletePublished({ line: { repository } }: Files): Change {
  const before = git(repository, 'rev-parse', REF);
  git(repository, 'update-ref', '-d', REF);
  const undo = () => void git(repository, 'update-ref', REF, before);
  return { what: 'log deleted', where: REF, undo };
}

/** Null where none of its checks printed anything. */
export async function changeOutput({ line, random, patch }: Files): Promise<Change | null> {
  const file = await outputOf(line, patch);
  return file === null ? null : flipFile('kept output', file, random);
}

async function outputOf(line: TestLine, patch: Patch): Promise<string | null> {
  for (const { type, data } of await line.needs.chains.entriesAbout(patch.id)) {
    if (type !== 'patch.checked') continue;
    const { verdicts } = data as unknown as { verdicts: { output: { sha256: string; bytes: number } }[] };
    for (const { output } of verdicts) {
      const name = join(
        line.installation.config.home.outputs,
        output.sha256.slice(0, 2),
        output.sha256.slice(2),
      );
      const file = [`${name}.zst`, name].find((each) => existsSync(each));
      if (output.bytes > 0 && file !== undefined) return file;
    }
  }
  return null;
}

export function changeCheckpoint(files: Files): Change {
  return changePublished('checkpoint', CHECKPOINT, files);
}

export function changeFrontier(files: Files): Change {
  return changePublished('frontier', FRONTIER, files);
}

export function changePublishedTrust(files: Files): Change {
  return changePublished('trust file in the log', TRUST, files);
}

export function changePublishedBundle(files: Files): Change {
  return changePublished('bundle in the log', bundlePath(attestedIn(files.patch).leaf), files);
}

/** Another commit on the ref of the log, in whose tree one bit of one file is another one. */
function changePublished(what: string, path: string, { line, random }: Files): Change {
  const { repository } = line;
  const before = git(repository, 'rev-parse', REF);
  const bytes = execFileSync('git', ['cat-file', 'blob', `${REF}:${path}`], { cwd: repository });
  const input = flipped(random, bytes);
  const blob = execFileSync('git', ['hash-object', '-w', '--stdin'], { cwd: repository, input });
  const tree = treeWith(repository, `${before}^{tree}`, path.split('/'), blob.toString().trim());
  git(repository, 'update-ref', REF, git(repository, 'commit-tree', tree, '-m', 'changed'));
  return { what, where: path, undo: () => void git(repository, 'update-ref', REF, before) };
}

function treeWith(
  repository: string,
  tree: string,
  [name, ...rest]: readonly string[],
  blob: string,
): string {
  const lines = git(repository, 'ls-tree', tree).split('\n');
  const changed = lines.map((line) => {
    const [head = '', found] = line.split('\t');
    if (found !== name) return line;
    const [mode = '', type = '', id = ''] = head.split(' ');
    const after = rest.length === 0 ? blob : treeWith(repository, id, rest, blob);
    return `${mode} ${type} ${after}\t${found}`;
  });
  const made = execFileSync('git', ['mktree'], { cwd: repository, input: `${changed.join('\n')}\n` });
  return made.toString().trim();
}

function flipFile(what: string, file: string, random: Random): Change {
  return replaced(what, file, flipped(random, readFileSync(file)));
}

/** By nothing where it is null. */
function replaced(what: string, file: string, bytes: Uint8Array | null): Change {
  const before = readFileSync(file);
  if (bytes === null) rmSync(file);
  else writeFileSync(file, bytes);
  return { what, where: file, undo: () => writeFileSync(file, before) };
}

function attestedIn({ state, id }: Patch) {
  if (state.name === 'landed' && state.attested) return state.attested;
  throw new Error(`${id} is not attested`);
}
