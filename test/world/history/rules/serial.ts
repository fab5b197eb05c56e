import type { Patch } from '../../../../src/core/patch/patch.ts';
import type { LineHistory } from '../line-history.ts';
import type { Telling, Told } from '../telling.ts';

/** G4: the branch is what one runner would have made of the line, patch by patch. */
export function notSerial(history: LineHistory, telling: Telling): readonly string[] {
  return [
    ...wrongNumbers(history),
    ...wrongOrder(history, telling),
    ...overtaken(telling),
    ...claimedWhilePaused(telling),
  ];
}

function wrongNumbers({ patches, branch }: LineHistory): string[] {
  const numbers = patches
    .flatMap(({ id, state }) => (state.name === 'landed' ? [{ id, number: state.intent.landingSeq }] : []))
    .sort((a, b) => a.number - b.number);
  const wrong = numbers.findIndex(({ number }, index) => number !== index + 1);
  const onBranch = branch.flatMap(({ id, landingSeq }) => (landingSeq === null ? [] : [{ id, landingSeq }]));
  return [
    ...(wrong === -1
      ? []
      : [`${numbers[wrong]?.id} has landing number ${numbers[wrong]?.number}, expected ${wrong + 1}`]),
    ...onBranch.flatMap(({ id, landingSeq }, index) => {
      const before = onBranch[index - 1];
      return before === undefined || before.landingSeq < landingSeq
        ? []
        : [`commit ${id} has number ${landingSeq} and follows ${before.id} with ${before.landingSeq}`];
    }),
  ];
}

/** The branch has what was landed in the order in which the chain tells it. */
function wrongOrder({ branch }: LineHistory, { lines }: Telling): string[] {
  const place = new Map(branch.map(({ id }, index) => [id, index]));
  let last = { id: '', at: -1 };
  return lines.flatMap(({ told }) => {
    if (told?.event.type !== 'landed' || told.after.state.name !== 'landed') return [];
    const before = last;
    const at = place.get(told.after.state.intent.commit);
    if (at === undefined) return [];
    last = { id: told.after.id, at };
    return at > before.at
      ? []
      : [`${told.after.id} landed after ${before.id}, and its commit is before that one's`];
  });
}

/** Whoever is claimed was the first in the line, and nobody was at work. */
function overtaken({ lines }: Telling): string[] {
  const line = new Line();
  return lines.flatMap(({ entry, told }) => {
    if (told === null) {
      if (entry.type === 'patch.accepted') return line.accept(entry.subject, seqOf(entry.data));
      return [];
    }
    const problems = told.event.type === 'claimed' ? line.whyNotTurnOf(told) : [];
    line.move(told.after);
    return problems;
  });
}

function seqOf(data: unknown): number {
  return (data as { readonly seq: number }).seq;
}

class Line {
  readonly #accepted: string[] = [];
  readonly #states = new Map<string, Patch['state']['name']>();
  readonly #atWork = new Set<string>();
  #lastSeq = 0;
  /** All before it are over: keeps a look at a long line short. */
  #firstOpen = 0;

  accept(id: string, seq: number): string[] {
    const before = this.#lastSeq;
    this.#lastSeq = Math.max(before, seq);
    this.#accepted.push(id);
    this.#states.set(id, 'queued');
    return seq > before ? [] : [`${id} was accepted with number ${seq} after number ${before}`];
  }

  move({ id, state: { name } }: Patch): void {
    this.#states.set(id, name);
    if (name === 'checking' || name === 'landing') this.#atWork.add(id);
    else this.#atWork.delete(id);
  }

  whyNotTurnOf({ entry, after: { id } }: Told): string[] {
    while (this.#isOver(this.#accepted[this.#firstOpen])) this.#firstOpen += 1;
    const problems = [...this.#atWork]
      .filter((other) => other !== id)
      .map((other) => `${id} was claimed in entry ${entry.n} while ${other} was at work`);
    for (let at = this.#firstOpen; at < this.#accepted.length && this.#accepted[at] !== id; at++) {
      const other = this.#accepted[at] ?? '';
      if (this.#states.get(other) === 'queued')
        problems.push(`${id} was claimed in entry ${entry.n} while ${other} stood before it`);
    }
    return problems;
  }

  #isOver(id: string | undefined): boolean {
    const state = id === undefined ? undefined : this.#states.get(id);
    return state === 'landed' || state === 'rejected' || state === 'failed' || state === 'cancelled';
  }
}

function claimedWhilePaused({ lines }: Telling): string[] {
  let paused: number | null = null;
  return lines.flatMap(({ entry, told }) => {
    if (entry.type === 'workspace.paused') paused = entry.n;
    if (/^workspace\.(resumed|added|tip_accepted)$/.test(entry.type)) paused = null;
    return told?.event.type === 'claimed' && paused !== null
      ? [`${entry.subject} was claimed in entry ${entry.n} of a line that entry ${paused} had paused`]
      : [];
  });
}
