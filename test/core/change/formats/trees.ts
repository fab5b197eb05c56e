import fc from 'fast-check';
import type { Tree } from '../world.ts';

/*
 * Trees that have everything a diff of git can tell: names with spaces and bytes above 127, links, executables,
 * binary and empty files, files without a final newline, CRLF, and lines that look like parts of a diff or of a mail.
 */

const NAMES = [
  'plain.txt',
  'dir/plain.txt',
  'dir/deep/file',
  'name with spaces',
  'dir with spaces/and file',
  "it's (more) & so.txt",
  'gr\xc3\xbc\xc3\x9fe/\xc3\xb1.txt',
  'a/x',
  'b/x',
  'lib/lib',
  'x b/x',
  'trailing.orig',
  'trailing',
];

const LINES = [
  ...['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', '', '}'],
  ...['-- ', '- ', '--', '2.39.5', '-- comment', '++ counter', '@@ -1 +1 @@', '--- a/x', '+++ b/x'],
  ...['diff --git a/x b/x', 'Index: x', '\\ No newline at end of file', 'From 1234 Mon Sep 17 00:00:00 2001'],
  ...[
    'Subject: x',
    '---',
    '>From here',
    'gr\xc3\xbc\xc3\x9fe',
    '\xff\xfe',
    ' indented',
    '\ttab',
    '=C3=BC',
    'GIT binary patch',
  ],
];

const text = fc
  .record({
    lines: fc.array(fc.constantFrom(...LINES), { minLength: 1, maxLength: 40 }),
    eol: fc.constantFrom('\n', '\n', '\n', '\r\n'),
    final: fc.boolean(),
  })
  .map(({ lines, eol, final }) => lines.join(eol) + (final ? eol : ''));

const binary = fc
  .uint8Array({ minLength: 1, maxLength: 400 })
  .map((bytes) => `\0${Buffer.from(bytes).toString('latin1')}`);

type Entry = Tree[string];

const entry: fc.Arbitrary<Entry> = fc.oneof(
  { weight: 6, arbitrary: text },
  { weight: 2, arbitrary: text.map((content) => ({ mode: '100755', text: content })) },
  { weight: 2, arbitrary: binary },
  { weight: 1, arbitrary: fc.constant('') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('target', 'dir/x').map((target) => ({ mode: '120000', text: target })),
  },
);

/** What happens to one file on the way from a tree to the next. */
const step = fc.record({
  kind: fc.constantFrom('edit', 'edit', 'edit', 'rename', 'copy', 'mode', 'delete', 'replace', 'open'),
  at: fc.nat(100),
  name: fc.constantFrom(...NAMES),
  line: fc.constantFrom(...LINES),
  entry,
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Two trees, the second made from the first. */
export function pairOfTrees(): fc.Arbitrary<{ readonly from: Tree; readonly to: Tree }> {
  const file = fc.record({ name: fc.constantFrom(...NAMES), entry });
  return fc
    .record({
      files: fc.array(file, { minLength: 1, maxLength: 6 }),
      added: fc.array(file, { maxLength: 1 }),
      steps: fc.array(step, { minLength: 1, maxLength: 4 }),
    })
    .map(({ files, added, steps }) => {
      const from = new Map<string, Entry>();
      for (const { name, entry: made } of files) put(from, name, made);
      const to = new Map(from);
      for (const one of steps) take(to, one);
      for (const { name, entry: made } of added) put(to, name, made);
      return { from: Object.fromEntries(from), to: Object.fromEntries(to) };
    });
}

/** A file takes the place of what stands there, and of folders above and files below its path. */
function put(tree: Map<string, Entry>, name: string, made: Entry): void {
  for (const other of tree.keys()) {
    if (other.startsWith(`${name}/`) || name.startsWith(`${other}/`)) tree.delete(other);
  }
  tree.set(name, made);
}

function take(tree: Map<string, Entry>, { kind, at, name, line, entry: made }: Step): void {
  const path = [...tree.keys()][at % Math.max(tree.size, 1)];
  const found = path === undefined ? undefined : tree.get(path);
  if (path === undefined || found === undefined) return;
  const { mode, text: content } = typeof found === 'string' ? { mode: '100644', text: found } : found;
  const remade = (changed: string): Entry => (mode === '100644' ? changed : { mode, text: changed });
  const changed = remade(mode === '120000' ? 'elsewhere' : edited(content, at, line));
  if (kind === 'delete') tree.delete(path);
  else if (kind === 'replace') put(tree, path, made);
  else if (kind === 'copy') put(tree, name, changed);
  else if (kind === 'rename') {
    tree.delete(path);
    put(tree, name, changed);
  } else if (kind === 'edit' || mode === '120000') tree.set(path, changed);
  else if (kind === 'mode') tree.set(path, mode === '100644' ? { mode: '100755', text: content } : content);
  else tree.set(path, remade(content.replace(/\r?\n$/, '')));
}

/** A line put in, or in place of another one. */
function edited(content: string, at: number, line: string): string {
  const lines = content.split('\n');
  lines.splice(at % lines.length, at % 2, line);
  return lines.join('\n');
}
