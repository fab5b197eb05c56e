import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

export interface PortOwner {
  readonly pid: number;
  /** Of the program; its arguments may hold what is not for us. */
  readonly name: string;
}

const LISTENING = '0A';

/** Which process listens on a TCP port of this machine (proc(5)); null where nobody does, or where we may not know. */
export function ownerOfPort(port: number): PortOwner | null {
  const sockets = new Set(['tcp', 'tcp6'].flatMap((table) => listenersIn(`/proc/net/${table}`, port)));
  if (sockets.size === 0) return null;
  const pid = namesIn('/proc').find((name) => /^\d+$/.test(name) && holdsOneOf(name, sockets));
  return pid === undefined
    ? null
    : { pid: Number(pid), name: basename(linkOf(`/proc/${pid}/exe`)) || textOf(`/proc/${pid}/comm`).trim() };
}

function listenersIn(file: string, port: number): readonly string[] {
  const ending = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = textOf(file).split('\n').slice(1);
  return rows.flatMap((row) => {
    const [, local = '', , state, , , , , , inode] = row.trim().split(/\s+/);
    return local.endsWith(ending) && state === LISTENING ? [`socket:[${inode}]`] : [];
  });
}

function holdsOneOf(pid: string, sockets: ReadonlySet<string>): boolean {
  return namesIn(`/proc/${pid}/fd`).some((fd) => sockets.has(linkOf(`/proc/${pid}/fd/${fd}`)));
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
