import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { temporaryFolder } from './git.ts';

/** A small disk of its own in memory. */
export interface Mount {
  readonly path: string;
  /** Nothing can be written from now on, or can again. */
  remount(how: 'ro' | 'rw'): void;
}

/** Null where this user may mount; else why not, for a test that has to say so. */
export function whyNotMounted(): string | null {
  if (process.getuid?.() !== 0) return 'mounting needs root';
  const path = temporaryFolder('mount');
  try {
    mount('-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', path);
    execFileSync('umount', [path]);
    return null;
  } catch (error) {
    return `this machine does not let root mount: ${error instanceof Error ? error.message : error}`;
  }
}

/** @param size of the whole disk, as mount(8) takes it */
export function mounted(test: TestContext, size: string, path = temporaryFolder('mount')): Mount {
  mkdirSync(path, { recursive: true });
  mount('-t', 'tmpfs', '-o', `size=${size},mode=0755`, 'tmpfs', path);
  // Lazily: a process of the test may still have a file open when its time is over.
  test.after(() => execFileSync('umount', ['--lazy', path]));
  return { path, remount: (how) => mount('-o', `remount,${how}`, path) };
}

function mount(...args: readonly string[]): void {
  execFileSync('mount', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
