import { isOver, type Patch } from '../../../../src/core/patch/patch.ts';
import type { Acknowledged, LineHistory } from '../line-history.ts';
import type { Telling } from '../telling.ts';

/** G1: what an author holds a receipt for is there, as it was sent, and has come to its end. */
export function notDurable(history: LineHistory, telling: Telling): readonly string[] {
  const patches = new Map(history.patches.map((patch) => [patch.id, patch]));
  const stands = isPaused(telling);
  return [
    ...history.acknowledged.flatMap((receipt) => differs(receipt, patches.get(receipt.id))),
    ...keysGivenTwice(history),
    ...history.patches.flatMap((patch) => notOver(patch, history.patches, stands)),
  ];
}

function differs({ id, digest, key }: Acknowledged, patch: Patch | undefined): string[] {
  if (patch === undefined) return [`${id} was acknowledged and is not in the ledger`];
  return [
    ...(patch.digest === digest
      ? []
      : [`${id} was acknowledged with digest ${digest}, and has ${patch.digest}`]),
    ...(key === null || patch.idempotencyKey?.startsWith(key)
      ? []
      : [`${id} was acknowledged for key ${key}, and has ${patch.idempotencyKey ?? 'none'}`]),
  ];
}

/** Patches of one series have one receipt. */
function keysGivenTwice({ acknowledged, patches }: LineHistory): string[] {
  const textOf = new Map(patches.map(({ id, series }) => [id, series?.first ?? id]));
  const given = [
    ...acknowledged.map(({ id, key }) => ({ id, key })),
    ...patches.map(({ id, idempotencyKey }) => ({ id, key: idempotencyKey })),
  ].filter(({ key }) => key !== null);
  return [...Map.groupBy(given, ({ key }) => key)].flatMap(([key, holders]) => {
    const texts = new Set(holders.map(({ id }) => textOf.get(id) ?? id));
    return texts.size === 1 ? [] : [`key ${key} gave ${texts.size} patches: ${[...texts].join(', ')}`];
  });
}

/** Whether the line was stopped, with a reason, and not started again: then what is queued waits by right. */
function isPaused({ lines }: Telling): boolean {
  const last = lines.findLast(({ entry }) =>
    /^workspace\.(paused|resumed|tip_accepted|removed)$/.test(entry.type),
  );
  return last !== undefined && !/resumed|tip_accepted/.test(last.entry.type);
}

function notOver(patch: Patch, all: readonly Patch[], stands: boolean): string[] {
  const { state } = patch;
  if (isOver(state) || (state.name === 'queued' && stands)) return [];
  if (state.name !== 'held') return [`${patch.id} is ${state.name}, and nothing moves any more`];
  if (state.reason !== 'series_waits') return [];
  const waits = all.some((one) => isBefore(one, patch) && !isOver(one.state));
  return waits ? [] : [`${patch.id} is held for its series, in which all before it are over`];
}

function isBefore(one: Patch, patch: Patch): boolean {
  return (
    patch.series !== null && one.series?.first === patch.series.first && one.series.index < patch.series.index
  );
}
