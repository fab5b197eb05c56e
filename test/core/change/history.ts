import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scrubbedEnvironment } from './git.ts';
import type { Tree } from './world.ts';

/** A repository of its own, in which pairs of commits are made fast; `remove` deletes it. All texts are latin1. */
export interface History {
  readonly remove: () => void;
  /** Two commits, the second on top of the first. */
  readonly commits: (from: Tree, to: Tree) => readonly [base: string, tip: string];
  /** What a command of git that writes diffs says of two commits. */
  readonly diff: (base: string, tip: string, command: readonly string[]) => string;
  /** `git apply --cached` on top of a commit: the tree it makes, or null when git refuses. */
  readonly apply: (base: string, patch: string, options?: readonly string[]) => string | null;
  readonly treeOf: (tree: Tree) => string;
}

export function history(): History {
  const directory = mkdtempSync(join(tmpdir(), 'ghost-history-'));
  const env = scrubbedEnvironment(directory);
  const options = { cwd: directory, env, maxBuffer: 1 << 26 };
  const git = (args: readonly string[], input = ''): string =>
    execFileSync('git', args, { ...options, input: Buffer.from(input, 'latin1') }).toString('latin1');
  git(['init', '-q', '--bare', '.']);
  const imported = (...trees: readonly Tree[]): string[] => {
    const stream = trees.map((tree, at) => commitCommand(tree, at + 1)).join('');
    git(['fast-import', '--quiet', '--force', '--done'], `${stream}done\n`);
    return git(['rev-parse', ...trees.map((_, at) => `refs/heads/t${at + 1}`)])
      .trim()
      .split('\n');
  };
  return {
    remove: () => rmSync(directory, { recursive: true, force: true }),
    commits: (from, to) => {
      const [base = '', tip = ''] = imported(from, to);
      return [base, tip];
    },
    diff: (base, tip, [command = '', ...rest]) =>
      command === 'format-patch'
        ? git([command, ...rest, `${base}..${tip}`])
        : git([command, ...rest, base, tip]),
    apply: (base, patch, more = []) => {
      git(['read-tree', base]);
      const input = Buffer.from(patch, 'latin1');
      const args = ['--work-tree', directory, 'apply', '--cached', '--whitespace=nowarn', ...more];
      const applied = spawnSync('git', args, { ...options, input });
      return applied.status === 0 ? git(['write-tree']).trim() : null;
    },
    treeOf: (tree) => git(['rev-parse', `${imported(tree)[0]}^{tree}`]).trim(),
  };
}

/** One commit of a fast-import stream; each has the one before it as its parent. Source of the format: git-fast-import(1). */
function commitCommand(tree: Tree, mark: number): string {
  const files = Object.entries(tree).map(([path, entry]) => {
    const { mode, text } = typeof entry === 'string' ? { mode: '100644', text: entry } : entry;
    return `M ${mode} inline "${path.replace(/["\\]/g, '\\$&')}"\ndata ${text.length}\n${text}\n`;
  });
  const message = 'Change a few things\n\n- a list\n--- no header\nFrom here on: gr\xc3\xbcn\n';
  const parent = mark === 1 ? '' : `from :${mark - 1}\n`;
  return (
    `commit refs/heads/t${mark}\nmark :${mark}\ncommitter A <a@example.org> 1700000000 +0000\n` +
    `data ${message.length}\n${message}\n${parent}deleteall\n${files.join('')}\n`
  );
}
