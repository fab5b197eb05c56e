import type { LineHistory, Violation } from './line-history.ts';
import { unaccounted } from './rules/accounted.ts';
import { notDurable } from './rules/durable.ts';
import { notExactlyOnce } from './rules/exactly-once.ts';
import { notFenced } from './rules/fenced.ts';
import { notGated } from './rules/gated.ts';
import { notSerial } from './rules/serial.ts';
import { type Telling, tell } from './telling.ts';

const RULES: Readonly<
  Record<Violation['guarantee'], (history: LineHistory, telling: Telling) => readonly string[]>
> = {
  'G1 durable': notDurable,
  'G2 exactly once': notExactlyOnce,
  'G3 gated = landed': notGated,
  'G4 serial': notSerial,
  'G5 fenced': notFenced,
  'G8 accounted': unaccounted,
};

/**
 * Everything about a line at rest that the guarantees do not allow; none means that they held. It judges plain data and
 * shares no code with `ghost verify`: two judges who err differently see more than one.
 */
export function violationsIn(history: LineHistory): readonly Violation[] {
  const telling = tell(history.entries);
  return Object.entries(RULES).flatMap(([guarantee, rule]) =>
    rule(history, telling).map((problem) => ({ guarantee: guarantee as Violation['guarantee'], problem })),
  );
}
