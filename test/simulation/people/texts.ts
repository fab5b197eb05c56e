import type { Random } from '../engine/random.ts';

const LINES = ['red', 'orange', 'yellow', 'green', 'blue', 'indigo', 'violet'];

export const SHARED = 'src/colours.txt';

export const FIRST_FILES = [
  { path: 'README', text: 'A repository in a simulation.\n' },
  { path: SHARED, text: LINES.map((line) => `${line}\n`).join('') },
] as const;

/** Every text that an author can send: few, so that reading each of them once is enough. */
const NEW_FILES = [1, 2, 3, 4, 5, 6].map((number) => newFile(`notes/${number}.txt`, `Note ${number}\n`));
const NEW_LINES = LINES.flatMap((line, at) => ['pale', 'dark'].map((how) => newLine(at, line, how)));

/** A file of its own fits always; one of the same lines as another patch's is refused when that one has landed. */
export function aPatchText(random: Random, clashes: number): string {
  return random.pick(random.chance(clashes) ? NEW_LINES : NEW_FILES);
}

function newFile(path: string, line: string): string {
  const head = `diff --git a/${path} b/${path}\nnew file mode 100644\n`;
  return `${head}--- /dev/null\n+++ b/${path}\n@@ -0,0 +1,1 @@\n+${line}`;
}

function newLine(at: number, line: string, how: string): string {
  const before = LINES.slice(Math.max(0, at - 1), at);
  const after = LINES.slice(at + 1, at + 2);
  const count = before.length + 1 + after.length;
  const start = at + 1 - before.length;
  const body = [
    ...before.map((one) => ` ${one}`),
    ...[`-${line}`, `+${how} ${line}`],
    ...after.map((one) => ` ${one}`),
  ];
  const head = `diff --git a/${SHARED} b/${SHARED}\n--- a/${SHARED}\n+++ b/${SHARED}\n`;
  return `${head}@@ -${start},${count} +${start},${count} @@\n${body.join('\n')}\n`;
}
