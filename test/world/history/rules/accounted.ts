import { createHash } from 'node:crypto';
import { type Entry, GENESIS } from '../../../../src/core/ledger/entry.ts';
import { differences } from '../../../../src/core/ledger/fold.ts';
import type { LineHistory } from '../line-history.ts';
import type { Telling } from '../telling.ts';
import { wronglyAttested } from './attested.ts';

/** G8: the chain is whole, and each patch is what its entries tell. */
export function unaccounted(history: LineHistory, telling: Telling): readonly string[] {
  return [
    ...wrongLinks(history),
    ...telling.breaks,
    ...wrongPatches(history, telling),
    ...wronglyAttested(history),
  ];
}

function wrongLinks({ workspace, entries }: LineHistory): string[] {
  return entries.flatMap((entry, index) => {
    const previous = entries[index - 1]?.hash ?? GENESIS;
    return [
      entry.n === index + 1 ? null : `entry ${entry.n} stands where entry ${index + 1} belongs`,
      entry.chain === workspace ? null : `entry ${entry.n} belongs to chain ${entry.chain}`,
      entry.previous === previous
        ? null
        : `entry ${entry.n} points back to ${entry.previous}, not ${previous}`,
      entry.hash === hashed(entry) ? null : `entry ${entry.n} does not have its own hash`,
      entry.actor !== '' && Number.isSafeInteger(entry.at)
        ? null
        : `entry ${entry.n} tells no actor or no time`,
    ].filter((problem) => problem !== null);
  });
}

/** The hash by its definition, in words of our own: SHA-256 of the JSON with sorted keys of all members but itself. */
function hashed({ hash: _, ...rest }: Entry): string {
  return createHash('sha256').update(sorted(rest)).digest('hex');
}

function sorted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sorted).join()}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${sorted(member)}`).join()}}`;
}

function wrongPatches({ patches }: LineHistory, telling: Telling): string[] {
  const stored = new Map(patches.map((patch) => [patch.id, patch]));
  return [
    ...patches.flatMap((patch) => {
      const told = telling.patches.get(patch.id);
      if (told === undefined) return [`${patch.id} has no entries`];
      return differences(patch, told).map((difference) => `${patch.id}: ${difference}`);
    }),
    ...[...telling.patches.keys()]
      .filter((id) => !stored.has(id))
      .map((id) => `${id} has entries, and is not in the ledger`),
  ];
}
