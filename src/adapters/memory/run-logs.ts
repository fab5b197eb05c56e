import type { Sha256 } from '../../core/digest.ts';
import { TAIL_BYTES } from '../../core/gate/output-digest.ts';
import type { LoggedRun, Piece, RunLogs } from '../../ports/run-logs.ts';

interface HeldRun {
  run: LoggedRun;
  readonly pieces: Extract<Piece, { kind: 'printed' }>[];
}

/** Runs in memory, all of what they print. `keep` makes it durable, wherever that is. */
export function memoryRunLogs(keep: (bytes: Uint8Array) => Promise<Sha256>): RunLogs {
  const held = new Map<string, HeldRun[]>();
  const bytesOf = ({ pieces }: HeldRun) => Buffer.concat(pieces.map(({ bytes }) => bytes));
  const lengthOf = ({ pieces }: HeldRun) => pieces.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const close = async (one: HeldRun, ending: 'whole' | 'cut-off') => {
    const all = bytesOf(one);
    const sha256 = await keep(all);
    one.run = { ...one.run, end: { ending, sha256, printed: all.length, leftOut: null } };
    return { sha256, bytes: all.length, last: all.subarray(-TAIL_BYTES), leftOut: null };
  };
  return {
    begin: async (start) => {
      const runs = held.get(start.patch) ?? [];
      held.set(start.patch, runs);
      for (const one of runs)
        if (one.run.end === null && one.run.token !== start.token) await close(one, 'cut-off');
      const one: HeldRun = { run: { ...start, number: runs.length + 1, end: null }, pieces: [] };
      runs.push(one);
      return {
        write: (bytes, at) => {
          one.pieces.push({ kind: 'printed', from: lengthOf(one), at, bytes: Uint8Array.from(bytes) });
        },
        end: () => close(one, 'whole'),
      };
    },
    runs: async (patch, from) =>
      (held.get(patch) ?? []).map(({ run }) => run).filter(({ number }) => number >= from),
    read: async ({ patch, number }, from) =>
      (held.get(patch)?.[number - 1]?.pieces ?? [])
        .filter((piece) => piece.from + piece.bytes.length > from)
        .map((piece) => {
          const bytes = piece.bytes.subarray(Math.max(0, from - piece.from));
          return { ...piece, from: Math.max(from, piece.from), bytes };
        }),
    forget: async (before, mode) => {
      const old = [...held].filter(([, runs]) => runs.every(({ run }) => run.startedAt < before));
      if (mode === 'do') for (const [patch] of old) held.delete(patch);
      return old.length;
    },
  };
}
