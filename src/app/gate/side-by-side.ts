import type { Check } from '../../core/gate/check.ts';
import type { Verdict } from '../../core/gate/verdict.ts';

/** Each has a copy of the tree and limits of its own: more at once would take from each other what they need to end in time. */
const AT_ONCE = 4;

/**
 * The verdicts of the checks of one stage, in their order. A check waits for those that it needs, and is left out where one
 * of them did not pass. What is thrown is thrown once all that was begun has ended.
 */
export async function sideBySide(
  stage: readonly Check[],
  run: (check: Check) => Promise<Verdict>,
): Promise<readonly Verdict[]> {
  const answers = new Map<string, Promise<Verdict | null>>();
  const inTurn = turns(AT_ONCE);
  const answerOf = (check: Check): Promise<Verdict | null> => {
    const begun = answers.get(check.name) ?? answer(check);
    answers.set(check.name, begun);
    return begun;
  };
  const answer = async (check: Check): Promise<Verdict | null> => {
    const needed = stage.filter(({ name }) => check.needs.includes(name));
    const before = await Promise.all(needed.map(answerOf));
    return before.every((one) => one?.verdict === 'pass') ? inTurn(() => run(check)) : null;
  };
  const ended = await Promise.allSettled(stage.map(answerOf));
  return ended.flatMap((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value ?? [];
  });
}

/** Lets so many run at once; the others come in the order in which they asked. */
function turns(atOnce: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = atOnce;
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
