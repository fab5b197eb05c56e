import type { Patch, PatchState } from '../../../../src/core/patch/patch.ts';
import type { LineHistory } from '../line-history.ts';

/** G8: what landed with a signed commit has one leaf, in landing order and without a gap; only the newest may wait for theirs. */
export function wronglyAttested({ patches }: LineHistory): readonly string[] {
  const landed = patches.flatMap(landingOf).sort((a, b) => a.landingSeq - b.landingSeq);
  const signed = landed.filter(({ state }) => state.intent.evidence !== undefined);
  const firstOwed = signed.findIndex(({ state }) => state.attested === undefined);
  return [
    ...landed
      .filter(({ state }) => state.intent.evidence === undefined && state.attested !== undefined)
      .map(({ id }) => `${id} landed unsigned and is attested`),
    ...signed
      .slice(firstOwed < 0 ? signed.length : firstOwed)
      .filter(({ state }) => state.attested !== undefined)
      .map(({ id }) => `${id} is attested, and one that landed before it is not`),
    ...signed
      .filter(({ state }, leaf) => state.attested !== undefined && state.attested.leaf !== leaf)
      .map(({ id, state }) => `${id} has leaf ${state.attested?.leaf}`),
  ];
}

interface Landing {
  readonly id: string;
  readonly landingSeq: number;
  readonly state: Extract<PatchState, { name: 'landed' }>;
}

function landingOf({ id, state }: Patch): readonly Landing[] {
  return state.name === 'landed' ? [{ id, state, landingSeq: state.intent.landingSeq }] : [];
}
