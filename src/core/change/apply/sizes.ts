import { legible } from '../bytes.ts';
import type { Edit, FileChange } from '../change.ts';
import type { Fault } from '../fault.ts';
import { faultOf } from '../fault-of.ts';
import { MAX_FILE_BYTES, MAX_FILES, MAX_MADE_BYTES } from '../limits.ts';
import type { Bench } from './bench.ts';

export function tooManyFiles(count: number): Fault | null {
  if (count <= MAX_FILES) return null;
  return faultOf('too_large', {
    message: `The patch names ${count} files; expected at most ${MAX_FILES}.`,
    hint: 'Split it into smaller patches.',
  });
}

/** Stops a patch whose edits have made more than a process should hold, before the next one makes more. */
export function tooMuchMade(bench: Bench, edit: Edit): Fault | null {
  if (bench.made <= MAX_MADE_BYTES) return null;
  return faultOf(
    'too_large',
    {
      message: `The files that the patch makes have ${bench.made} bytes up to its line ${edit.span.lastLine}; expected at most ${MAX_MADE_BYTES} in all.`,
      hint: 'Split it into smaller patches.',
    },
    { patchLine: edit.span.firstLine },
  );
}

/** Stops a patch whose edits have read their files too often. Each edit looks at the whole of its file again. */
export function tooMuchWork(bench: Bench, { path, span }: Edit, before: number): Fault | null {
  if (bench.work.spent <= bench.work.limit) return null;
  return faultOf(
    'too_large',
    {
      message: `The first ${before} edits of the patch, up to its line ${span.firstLine}, take too much work: each of them looks for its place in the whole of its file.`,
      hint: 'Join the edits of one file into one section, or into fewer and larger ones, or send fewer at once.',
    },
    { path, patchLine: span.firstLine },
  );
}

/** A fault for each file whose content the patch makes and that is too large. One that only moves may have any size. */
export function sizeFaults(files: readonly FileChange[], bench: Bench): Fault[] {
  return files.flatMap(({ path, before, after }) => {
    if (after === null || after.bytes.length <= MAX_FILE_BYTES) return [];
    const origin = bench.base.get(bench.origins.get(path) ?? path);
    const source = origin?.kind === 'file' ? origin : before;
    if (source !== null && Buffer.from(source.bytes).equals(after.bytes)) return [];
    const line = bench.lines.get(path) ?? null;
    return [
      faultOf(
        'too_large',
        {
          message: `${legible(path)} (patch line ${line}) would have ${after.bytes.length} bytes; expected at most ${MAX_FILE_BYTES} for one file.`,
          hint: 'Keep files of this size out of the repository, or split it.',
        },
        { path, patchLine: line },
      ),
    ];
  });
}
