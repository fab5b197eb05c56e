import { phaseInId, readPhase } from '../../../patch/phase.ts';
import { shown } from '../data/located.ts';
import { type Field, isObject, labelOf, member, type Reading } from '../data/reading.ts';

/** Members of a block, or of the part of it that labels it, under which its phase may stand. */
const LABELS = ['meta', 'metadata', 'patch'];

/** The phase that an old block says it belongs to, else the one in its id; null where neither tells one. */
export function phaseOfBlock(block: Field, externalId: string | null, reading: Reading): string | null {
  const said = isObject(block) ? [block, ...LABELS.map((name) => member(block, name))].filter(isObject) : [];
  for (const part of said) {
    const field = member(part, 'phase');
    const text = labelOf(field);
    const phase = text === null ? null : readPhase(text);
    if (phase !== null) return phase;
    if (text !== null) reading.note(`${field.at}: ${shown(text)} is no name of a phase such as P14`);
  }
  return externalId === null ? null : phaseInId(externalId);
}
