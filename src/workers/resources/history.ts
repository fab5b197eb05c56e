import { appendFile, readFile } from 'node:fs/promises';
import { replaceFile } from '../../platform/replace-file.ts';

export interface History {
  append(document: object): Promise<void>;
}

/**
 * The last `keep` documents, one a line. Lines are appended; once there are twice as many as are kept, the file is
 * written anew, so that its size is bounded and a sample costs one short write.
 */
export async function openHistory(file: string, keep: number): Promise<History> {
  let lines = await readLines(file);
  return {
    async append(document) {
      const line = JSON.stringify(document);
      lines.push(line);
      if (lines.length < 2 * keep) return appendFile(file, `${line}\n`);
      lines = lines.slice(-keep);
      await replaceFile(file, `${lines.join('\n')}\n`);
    },
  };
}

/** A line that a crash cut short ends the file; it is left out, and the next line would else be glued to it. */
async function readLines(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const lines = text.split('\n').filter(isDocument);
  if (text !== '' && text !== `${lines.join('\n')}\n`)
    await replaceFile(file, lines.map((line) => `${line}\n`).join(''));
  return lines;
}

function isDocument(line: string): boolean {
  try {
    return line !== '' && typeof JSON.parse(line) === 'object';
  } catch {
    return false;
  }
}
