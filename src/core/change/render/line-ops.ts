/** One step from an old list of lines to a new one. `old` and `new` are indexes; of the missing side, where it would be. */
export interface DiffOp {
  readonly kind: 'context' | 'removed' | 'added';
  readonly old: number;
  readonly new: number;
}

/** Edits beyond which the shortest script is not worth its time: what differs is then taken out and put in whole. */
const MAX_EDITS = 2_000;

/**
 * A shortest script from `old` to `fresh` between their common ends. Source: E. Myers, "An O(ND) Difference Algorithm
 * and Its Variations" (1986), the greedy algorithm.
 */
export function diffOps(old: readonly string[], fresh: readonly string[]): DiffOp[] {
  const shorter = Math.min(old.length, fresh.length);
  let head = 0;
  while (head < shorter && old[head] === fresh[head]) head++;
  let tail = 0;
  while (tail < shorter - head && old[old.length - 1 - tail] === fresh[fresh.length - 1 - tail]) tail++;
  const middle = {
    old: old.slice(head, old.length - tail),
    new: fresh.slice(head, fresh.length - tail),
  };
  const kinds = [
    ...new Array<'context'>(head).fill('context'),
    ...script(middle.old, middle.new),
    ...new Array<'context'>(tail).fill('context'),
  ];
  return positioned(kinds);
}

type Kind = DiffOp['kind'];

function positioned(kinds: readonly Kind[]): DiffOp[] {
  let [old, fresh] = [0, 0];
  return kinds.map((kind) => {
    const op = { kind, old, new: fresh };
    if (kind !== 'added') old++;
    if (kind !== 'removed') fresh++;
    return op;
  });
}

function script(old: readonly string[], fresh: readonly string[]): Kind[] {
  const frontiers = forward(old, fresh);
  return frontiers === null
    ? [...old.map((): Kind => 'removed'), ...fresh.map((): Kind => 'added')]
    : backward(frontiers, old.length, fresh.length);
}

/** For each number of edits, how far each diagonal (index `k + edits`) gets; null when it takes too many. */
function forward(old: readonly string[], fresh: readonly string[]): Int32Array[] | null {
  const frontiers: Int32Array[] = [];
  for (let edits = 0; edits <= Math.min(MAX_EDITS, old.length + fresh.length); edits++) {
    const before = frontiers.at(-1);
    const frontier = new Int32Array(2 * edits + 1);
    frontiers.push(frontier);
    for (let k = -edits; k <= edits; k += 2) {
      let x = before === undefined ? 0 : entered(before, { edits, k }).x;
      while (x < old.length && x - k < fresh.length && old[x] === fresh[x - k]) x++;
      frontier[k + edits] = x;
      if (x >= old.length && x - k >= fresh.length) return frontiers;
    }
  }
  return null;
}

/** Where diagonal `k` is entered by its last edit: a removal from the diagonal below, or an addition from the one above. */
function entered(
  before: Int32Array,
  at: { readonly edits: number; readonly k: number },
): { readonly x: number; readonly kind: 'removed' | 'added' } {
  const { edits, k } = at;
  const reach = (diagonal: number) => before[diagonal + edits - 1] ?? 0;
  const down = k === -edits || (k !== edits && reach(k - 1) < reach(k + 1));
  return down ? { x: reach(k + 1), kind: 'added' } : { x: reach(k - 1) + 1, kind: 'removed' };
}

function backward(frontiers: readonly Int32Array[], oldLength: number, newLength: number): Kind[] {
  const reversed: Kind[] = [];
  let x = oldLength;
  let k = oldLength - newLength;
  for (let edits = frontiers.length - 1; edits > 0; edits--) {
    const { x: start, kind } = entered(frontiers[edits - 1] ?? new Int32Array(0), { edits, k });
    while (x > start) {
      reversed.push('context');
      x--;
    }
    reversed.push(kind);
    if (kind === 'removed') {
      x--;
      k--;
    } else k++;
  }
  while (x > 0) {
    reversed.push('context');
    x--;
  }
  return reversed.reverse();
}
