import type { Identity } from './process-identity.ts';

/*
 * Folders named after the process that they belong to, so that a later one can tell that their owner is dead and take
 * them away. `prefix` tells folders of several uses apart.
 */

const FORM = /^(\d+)-(\d+)-([0-9a-f-]+)$/;

export function folderNameOf({ pid, startedTicks, bootId }: Identity, prefix = ''): string {
  return `${prefix}${pid}-${startedTicks}-${bootId}`;
}

/** Whose folder a name is; null for one that is nobody's, or of another use. */
export function folderOwner(name: string, prefix = ''): Identity | null {
  if (!name.startsWith(prefix)) return null;
  const [, pid, ticks, bootId] = FORM.exec(name.slice(prefix.length)) ?? [];
  return bootId === undefined ? null : { pid: Number(pid), startedTicks: Number(ticks), bootId };
}
