import { dirname, join, relative, resolve } from 'node:path';
import { apply, type Change, makeInodes, type Operation } from './operation.ts';
import { bytesOf, pathOf, type SystemCall } from './system-call.ts';
import { copyVolume, type Inode, inodeAt, newInode, type Skipped, type Volume } from './volume.ts';

export interface Watched {
  /** The folder whose changes count. */
  readonly root: string;
  readonly skipped: Skipped;
  /** What is written to this file is told to the world. */
  readonly markFile: string;
}

/**
 * Turns system calls into operations on inodes, keeping a copy of the volume as it goes. Plain `write` is taken as
 * appending: whoever compares the copy with the real folder in the end finds out where it did not.
 */
export class Interpreter {
  readonly operations: Operation[] = [];
  /** The volume as it is after all calls so far. */
  readonly now: Volume;
  readonly #watched: Watched;
  /** How many operations there were when the n-th call had returned. */
  readonly #after: number[] = [0];

  constructor(base: Volume, watched: Watched) {
    this.now = copyVolume(base);
    this.#watched = watched;
  }

  take(call: SystemCall): void {
    if (call.result >= 0) this.#interpret(call);
    this.#after.push(this.operations.length);
  }

  #interpret(call: SystemCall): void {
    const { name, args } = call;
    const known = this.#data(call) || this.#names(name, args);
    if (!known) this.#refuse(call);
  }

  /** Calls on what a file holds; false when it is none of them. */
  #data({ name, args, result, begunAfter }: SystemCall): boolean {
    const [first = '', second = '', , fourth = ''] = args;
    const path = () => pathOf(first);
    const calls: Readonly<Record<string, () => void>> = {
      write: () => this.#append(path(), bytesOf(second).subarray(0, result)),
      writev: () => this.#append(path(), vectorOf(second).subarray(0, result)),
      pwrite64: () => this.#write(path(), Number(fourth), bytesOf(second).subarray(0, result)),
      pwritev: () => this.#write(path(), Number(fourth), vectorOf(second).subarray(0, result)),
      pwritev2: () => this.#write(path(), Number(fourth), vectorOf(second).subarray(0, result)),
      ftruncate: () => this.#truncate(path(), Number(second)),
      truncate: () => this.#truncate(absolute(null, first), Number(second)),
      fsync: () => this.#sync(path(), this.#after[begunAfter] ?? 0),
      fdatasync: () => this.#sync(path(), this.#after[begunAfter] ?? 0),
    };
    calls[name]?.();
    return name in calls;
  }

  /** Calls on names; false when it is none of them. */
  #names(name: string, args: readonly string[]): boolean {
    const [first = '', second = '', third = '', fourth = ''] = args;
    const plain = () => absolute(null, first);
    const at = () => absolute(first, second);
    const calls: Readonly<Record<string, () => void>> = {
      open: () => this.#open(plain(), args.slice(1)),
      creat: () => this.#open(plain(), ['O_CREAT|O_TRUNC', second]),
      openat: () => this.#open(at(), args.slice(2)),
      rename: () => this.#rename(plain(), absolute(null, second)),
      renameat: () => this.#rename(at(), absolute(third, fourth)),
      renameat2: () => this.#rename(at(), absolute(third, fourth)),
      link: () => this.#link(plain(), absolute(null, second)),
      linkat: () => this.#link(at(), absolute(third, fourth)),
      mkdir: () => this.#mkdir(plain(), second),
      mkdirat: () => this.#mkdir(at(), third),
      unlink: () => this.#leave(plain()),
      rmdir: () => this.#leave(plain()),
      unlinkat: () => this.#leave(at()),
      chmod: () => this.#mode(plain(), second),
      fchmod: () => this.#mode(pathOf(first), second),
      fchmodat: () => this.#mode(at(), third),
    };
    calls[name]?.();
    return name in calls;
  }

  #open(path: string | null, [flags = '', mode = '0600']: readonly string[]): void {
    if (!flags.includes('O_CREAT') && !flags.includes('O_TRUNC')) return;
    const at = this.#place(path);
    if (at === null) return;
    const there = at.parent.names.get(at.name);
    if (there === undefined) this.#make(at, newInode(this.now.inodes.size, 'file', Number.parseInt(mode, 8)));
    else if (flags.includes('O_TRUNC') && there.bytes.length > 0)
      this.#do({ kind: 'truncate', inode: there.id, size: 0 });
  }

  #append(path: string | null, bytes: Buffer): void {
    if (path === this.#watched.markFile) {
      const marks = bytes.toString('utf8').split('\n').filter(Boolean);
      this.operations.push(...marks.map((text) => ({ kind: 'mark', text }) as const));
      return;
    }
    const inode = this.#inode(path);
    if (inode !== null) this.#do({ kind: 'write', inode: inode.id, offset: inode.bytes.length, bytes });
  }

  #write(path: string | null, offset: number, bytes: Buffer): void {
    const inode = this.#inode(path);
    if (inode !== null) this.#do({ kind: 'write', inode: inode.id, offset, bytes });
  }

  #truncate(path: string | null, size: number): void {
    const inode = this.#inode(path);
    if (inode !== null) this.#do({ kind: 'truncate', inode: inode.id, size });
  }

  #sync(path: string | null, since: number): void {
    const inode = this.#inode(path);
    if (inode === null || path === null) return;
    this.operations.push({ kind: 'sync', inode: inode.id, since, path: this.#below(path) ?? '' });
  }

  #rename(from: string | null, to: string | null): void {
    const [source, target] = [this.#place(from), this.#place(to)];
    const inode = source?.parent.names.get(source.name);
    if (source === null || target === null || inode === undefined) return;
    this.#do({
      kind: 'rename',
      inode: inode.id,
      from: { directory: source.parent.id, name: source.name },
      to: { directory: target.parent.id, name: target.name },
    });
  }

  #link(from: string | null, to: string | null): void {
    const [inode, at] = [this.#inode(from), this.#place(to)];
    if (inode !== null && at !== null)
      this.#do({ kind: 'enter', directory: at.parent.id, name: at.name, inode: inode.id, made: null });
  }

  #mkdir(path: string | null, mode: string): void {
    const at = this.#place(path);
    if (at !== null) this.#make(at, newInode(this.now.inodes.size, 'directory', Number.parseInt(mode, 8)));
  }

  #leave(path: string | null): void {
    const at = this.#place(path);
    if (at !== null) this.#do({ kind: 'leave', directory: at.parent.id, name: at.name });
  }

  /** Modes are taken as durable at once: nothing here rests on their being late. */
  #mode(path: string | null, mode: string): void {
    const inode = this.#inode(path);
    if (inode === null) return;
    inode.mode = Number.parseInt(mode, 8);
    for (const operation of this.operations)
      if (operation.kind === 'enter' && operation.made?.id === inode.id) operation.made.mode = inode.mode;
  }

  /** Calls that change a file in a way that is not understood must not go unseen. */
  #refuse({ name, args }: SystemCall): void {
    const paths = args.map((arg) => (arg.startsWith('"') ? absolute(null, arg) : pathOf(arg)));
    const hit = paths.find((path) => this.#below(path) !== null);
    if (hit !== undefined) throw new Error(`${name} on ${hit} cannot be replayed`);
  }

  #make(at: { readonly parent: Inode; readonly name: string }, made: Inode): void {
    const operation = {
      kind: 'enter',
      directory: at.parent.id,
      name: at.name,
      inode: made.id,
      made,
    } as const;
    makeInodes(this.now, [operation]);
    this.#do(operation);
  }

  #do(change: Change): void {
    apply(this.now, change);
    this.operations.push(change);
  }

  #inode(path: string | null): Inode | null {
    const below = this.#below(path);
    return below === null ? null : inodeAt(this.now, below);
  }

  #place(path: string | null): { readonly parent: Inode; readonly name: string } | null {
    const below = this.#below(path);
    if (below === null || below === '') return null;
    const parent = inodeAt(this.now, dirname(below) === '.' ? '' : dirname(below));
    return parent === null ? null : { parent, name: below.slice(below.lastIndexOf('/') + 1) };
  }

  /** The path below the root; null for what does not count. */
  #below(path: string | null): string | null {
    if (path === null) return null;
    const below = relative(this.#watched.root, path);
    return below.startsWith('..') || this.#watched.skipped(below) ? null : below;
  }
}

function absolute(directory: string | null, quoted: string): string | null {
  const path = bytesOf(quoted).toString('latin1');
  const from = directory === null ? '/' : pathOf(directory);
  return path.startsWith('/') || from === null ? resolve('/', path) : join(from, path);
}

/** `[{iov_base="\x61", iov_len=1}, ...]` */
function vectorOf(text: string): Buffer {
  return Buffer.concat([...text.matchAll(/iov_base=("[^"]*")/g)].map(([, quoted = '""']) => bytesOf(quoted)));
}
