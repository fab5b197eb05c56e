import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** Never the caller's PATH: what fences commands off must not itself come from a place that a user can write to. */
const PLACES = ['/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin'];
export const SEARCH_PATH = PLACES.join(':');

export interface Programs {
  readonly sh: string;
  readonly mkfifo: string;
  readonly bwrap: string | null;
  readonly setpriv: string | null;
  readonly prlimit: string | null;
  readonly unshare: string | null;
  readonly mount: string | null;
}

/** Absolute paths of what the sandbox is made of; null for what this machine has not. */
export function findPrograms(): Programs {
  return {
    sh: find('sh') ?? '/bin/sh',
    mkfifo: find('mkfifo') ?? 'mkfifo',
    bwrap: find('bwrap'),
    setpriv: find('setpriv'),
    prlimit: find('prlimit'),
    unshare: find('unshare'),
    mount: find('mount'),
  };
}

function find(name: string): string | null {
  return PLACES.map((place) => join(place, name)).find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
