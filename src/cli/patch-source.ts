import { resolve } from 'node:path';
import type { Format } from '../core/change/change.ts';
import { fail } from '../core/errors.ts';
import type { CliHost } from './host.ts';
import { readPatch } from './read-patch.ts';

/** Where a command line says that patches come from. */
export interface PatchSource {
  /** `-` is standard input. */
  readonly files: readonly string[];
  readonly fromGit?: string;
  readonly repo?: string;
  /** The file that a text without any header is about. */
  readonly path?: string;
  readonly format?: Format;
}

type SourceHost = Pick<CliHost, 'stdin' | 'cwd' | 'commits'>;

/** The texts to submit, all of them read before the first is sent. @throws GhostError input_invalid, file_unreadable */
export async function readSources(host: SourceHost, source: PatchSource): Promise<readonly Uint8Array[]> {
  const { files, fromGit, repo, path } = source;
  if (fromGit !== undefined) {
    if (files.length > 0) throw wrong('--from-git', `takes the place of ${files.join(' ')}`);
    if (path !== undefined) throw wrong('--path', 'is for a text without headers; commits have them');
    return [await host.commits(resolve(host.cwd, repo ?? '.'), fromGit)];
  }
  if (repo !== undefined) throw wrong('--repo', 'is where --from-git looks, which is not given');
  const named = files.length > 0 ? files : [standardInput(host)];
  if (named.filter((file) => file === '-').length > 1)
    throw wrong('FILE', 'standard input can be read once only');
  const texts: Uint8Array[] = [];
  for (const file of named) texts.push(await readPatch(host, file));
  return path === undefined ? texts : texts.map((text) => aboutFile(text, path, source.format));
}

function standardInput({ stdin }: SourceHost): string {
  if (stdin.isTTY === true)
    throw wrong('FILE', 'is missing, and standard input is a terminal; name a file, or - to type the patch');
  return '-';
}

/**
 * A text that names no file, made one edit of our own JSON form. Hunks are told by the `@@` they begin with; whether any
 * other text is a diff or a file's content is not guessed.
 */
function aboutFile(text: Uint8Array, path: string, format: Format | undefined): Uint8Array {
  const edit =
    format === 'whole-file'
      ? { kind: 'write', path, lineEnds: 'file', ...contentOf(text) }
      : updateOf(text, path);
  return new TextEncoder().encode(JSON.stringify({ edits: [edit] }));
}

function contentOf(bytes: Uint8Array) {
  const content = utf8Of(bytes);
  return content === null ? { contentBase64: Buffer.from(bytes).toString('base64') } : { content };
}

function updateOf(bytes: Uint8Array, path: string) {
  const diff = utf8Of(bytes);
  if (diff === null || !/^(?:[ \t]*\r?\n)*@@/.test(diff))
    throw wrong(
      '--path',
      'is for hunks that begin with @@, or with --format whole-file for the whole content of a file; this text is neither',
    );
  return { kind: 'update', path, diff };
}

/** Null for bytes that are no UTF-8. */
function utf8Of(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function wrong(where: string, problem: string) {
  return fail('input_invalid', { where, problem });
}
