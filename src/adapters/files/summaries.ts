import { readdir, readFile, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fail } from '../../core/errors.ts';
import type { Summaries } from '../../ports/audit-log.ts';
import { atomicWrite, makeDirectory } from './atomic-write.ts';
import { nullIfMissing } from './missing.ts';

const ENDING = { markdown: 'md', json: 'json' } as const;

/** What atomicWrite leaves of a summary whose writer was killed. */
const LEFTOVER = /\.summary\.(?:md|json)\.[0-9a-f-]{36}\.tmp$/;

/** Summaries as `<id>.summary.md` and `<id>.summary.json`. One process writes at a time: the one that has the audit log. */
export function fileSummaries(directory: string): Summaries {
  const pathOf = (id: string, form: keyof typeof ENDING) =>
    join(resolve(directory), `${safe(id)}.summary.${ENDING[form]}`);
  let isMade = false;
  return {
    write: async (id, summary) => {
      if (!isMade) {
        await makeDirectory(resolve(directory));
        await sweep(resolve(directory));
      }
      isMade = true;
      const paths = { markdown: pathOf(id, 'markdown'), json: pathOf(id, 'json') };
      for (const { path, bytes } of summary.files) await place(resolve(directory), path, bytes);
      // The text last: whoever finds it finds the data too.
      await atomicWrite(paths.json, summary.json);
      await atomicWrite(paths.markdown, summary.markdown);
      return paths;
    },
    read: (id, form) => nullIfMissing(readFile(pathOf(id, form), 'utf8')),
    pathOf: (id) => pathOf(id, 'markdown'),
  };
}

/** What it shows never changes under its name, which tells its content. */
async function place(directory: string, path: string, bytes: Uint8Array): Promise<void> {
  const [folder = '', name = '', ...deeper] = path.split('/');
  if (deeper.length > 0) throw new TypeError(`a file of a summary stands in one folder: ${path}`);
  await makeDirectory(join(directory, safe(folder)));
  await atomicWrite(join(directory, safe(folder), basename(name)), bytes);
}

async function sweep(directory: string): Promise<void> {
  const left = (await readdir(directory)).filter((name) => LEFTOVER.test(name));
  for (const name of left) await rm(join(directory, name), { force: true });
}

function safe(id: string): string {
  if (/^[A-Za-z0-9_][A-Za-z0-9_-]*$/.test(id)) return id;
  throw fail('input_invalid', {
    where: 'id',
    problem: `${JSON.stringify(id)} cannot be part of a file name`,
  });
}
