import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { run, type Tree } from '../core/change/world.ts';

/** Runs of `git apply`, recorded from git's own tests; beside the checkout where they exist, never part of it. */
const RECORDED = new URL('../../../shared/cases/git-apply/cases.jsonl', import.meta.url);

type Content = string | { readonly b64: string };
interface Entry {
  readonly mode: string;
  readonly content?: Content;
  readonly target?: string;
}
interface Case {
  readonly id: string;
  readonly cwd: string;
  readonly args: readonly string[];
  readonly stdin: Content;
  readonly argfiles: Readonly<Record<string, Content>>;
  readonly config: Readonly<Record<string, string>>;
  readonly rc: number;
  readonly before: Readonly<Record<string, Entry>>;
  readonly after: Readonly<Record<string, Entry>>;
  readonly index_before: readonly (readonly [string, string, string, string])[];
  readonly replays: Readonly<Record<string, boolean>>;
}

/** Options that change nothing about what a patch does to the files. */
const PLAIN = new Set(['--index', '-v', '--verbose', '--apply', '-']);

/** What is refused here on purpose, by the fault that says so. */
const STRICTER: Readonly<Record<string, RegExp>> = {
  'binary content is not applied': /binary change/,
  'submodules are not touched': /submodule/,
  'one section per path': /changed by two sections/,
  'modes are 100644, 100755 and 120000': /mode 100660|not followed by a hunk/,
};

const skip = existsSync(RECORDED) ? false : 'SKIPPED 1: the recorded cases are not beside this checkout';

test('no recorded git apply run has another result here: the same bytes or a refusal', { skip }, (t) => {
  const cases = readFileSync(RECORDED, 'utf8')
    .trim()
    .split('\n')
    .map((line): Case => JSON.parse(line))
    .filter(isPlain);
  assert.ok(cases.length > 100, `${cases.length} cases`);
  const counts = new Map<string, number>();
  for (const one of cases) {
    const what = compared(one);
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  for (const [what, number] of counts) t.diagnostic(`${number} ${what}`);
  assert.ok((counts.get('same bytes') ?? 0) >= 60);
});

function compared(one: Case): string {
  const result = run(treeOf(one.before), patchOf(one) ?? '');
  if (result.kind === 'applied') {
    if (one.rc !== 0) return 'git refuses, one placement here';
    assert.deepEqual(sorted(result.tree), sorted(treeOf(one.after)), one.id);
    return 'same bytes';
  }
  if (one.rc !== 0) return 'both refuse';
  const said = result.faults.map(({ message }) => message).join('\n');
  const rule = Object.entries(STRICTER).find(([, fault]) => fault.test(said))?.[0];
  assert.ok(rule !== undefined, `${one.id}: ${said}`);
  return `stricter: ${rule}`;
}

function isPlain(one: Case): boolean {
  const rest = one.args.slice(1).filter((arg) => !PLAIN.has(arg));
  const config = Object.entries(one.config).every(
    ([key, value]) => key === 'core.filemode' && value === 'true',
  );
  // Runs that git refused for the state of the index say nothing about the patch.
  const needsIndex = one.args.includes('--index') && one.rc !== 0;
  return (
    config &&
    !needsIndex &&
    one.cwd === '.' &&
    rest.length <= 1 &&
    !rest.some((arg) => arg.startsWith('-')) &&
    Object.values(one.replays).every(Boolean) &&
    patchOf(one) !== undefined
  );
}

function patchOf(one: Case): string | undefined {
  const file = one.args.slice(1).find((arg) => !arg.startsWith('-'));
  if (file === undefined) return bytes(one.stdin);
  const content = one.argfiles[file] ?? one.before[file]?.content;
  return content === undefined ? undefined : bytes(content);
}

function treeOf(entries: Case['before']): Tree {
  return Object.fromEntries(
    Object.entries(entries).map(([path, { mode, content, target }]) => {
      const text = bytes(content ?? target ?? '');
      return [bytes(path), mode === '100644' ? text : { mode, text }];
    }),
  );
}

function bytes(content: Content): string {
  return Buffer.from(
    typeof content === 'string' ? content : content.b64,
    typeof content === 'string' ? 'utf8' : 'base64',
  ).toString('latin1');
}

function sorted(tree: Tree): [string, Tree[string]][] {
  return Object.entries(tree).sort(([a], [b]) => (a < b ? -1 : 1));
}
