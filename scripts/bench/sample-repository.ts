import { join } from 'node:path';
import { gitBytes } from '../soak/history.ts';

const LINES = 40;
/** The line that changes, from 1. */
const CHANGING = 20;
const FILES_IN_A_FOLDER = 25;
const FOLDERS_IN_A_FOLDER = 40;
const CONTEXT = 3;

/** A bare repository of many small files, and patches for it that change one line in each of some files. */
export interface SampleRepository {
  readonly gitDir: string;
  /** The next patch, for a repository that has all earlier ones: three files with three lines of context when left out. */
  nextPatch(shape?: { readonly files: number; readonly context: number }): string;
}

export function makeSampleRepository(folder: string, files: number): SampleRepository {
  const gitDir = join(folder, 'sample.git');
  gitBytes(folder, ['init', '-q', '--bare', '-b', 'main', gitDir]);
  gitBytes(gitDir, ['fast-import', '--quiet'], Buffer.from(stream(files)));
  const values = new Map<number, number>();
  let patches = 0;
  return {
    gitDir,
    nextPatch: (shape = { files: 3, context: CONTEXT }) => {
      const stride = Math.floor(files / shape.files);
      // Strides without a common divisor with the number of files: far apart, and no file twice in one patch.
      const touched = Array.from(
        { length: shape.files },
        (_, nth) => (patches * 7_919 + nth * stride) % files,
      );
      patches += 1;
      return touched.map((file) => section(file, { values, context: shape.context })).join('');
    },
  };
}

function stream(files: number): string {
  const contents = Array.from({ length: files }, (_, file) => {
    const text = lines(file, 0).join('');
    return `M 100644 inline ${pathOf(file)}\ndata ${text.length}\n${text}\n`;
  });
  return `commit refs/heads/main\ncommitter A <a@example.org> 1700000000 +0000\ndata 5\nBegin\n${contents.join('')}\n`;
}

function pathOf(file: number): string {
  const folder = Math.floor(file / FILES_IN_A_FOLDER);
  return `src/part${Math.floor(folder / FOLDERS_IN_A_FOLDER)}/module${folder}/file${file}.ts`;
}

function lines(file: number, value: number): readonly string[] {
  return Array.from({ length: LINES }, (_, at) =>
    at + 1 === CHANGING ? changing(file, value) : `export const line${at} = ${file * LINES + at};\n`,
  );
}

function changing(file: number, value: number): string {
  return `export const value${file} = ${value};\n`;
}

function section(
  file: number,
  { values, context }: { readonly values: Map<number, number>; readonly context: number },
): string {
  const value = values.get(file) ?? 0;
  values.set(file, value + 1);
  const all = lines(file, value);
  const before = all.slice(CHANGING - 1 - context, CHANGING - 1).map((line) => ` ${line}`);
  const after = all.slice(CHANGING, CHANGING + context).map((line) => ` ${line}`);
  const path = pathOf(file);
  return [
    `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n`,
    `@@ -${CHANGING - context},${2 * context + 1} +${CHANGING - context},${2 * context + 1} @@\n`,
    ...before,
    `-${changing(file, value)}+${changing(file, value + 1)}`,
    ...after,
  ].join('');
}
