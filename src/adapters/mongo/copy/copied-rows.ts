import { canonicalJson } from '../../../core/json.ts';
import type { ChainHead, Entry } from '../../../core/ledger/entry.ts';
import { registrationIn } from '../../../core/ledger/workspace-entry.ts';
import type { Workspace } from '../../../core/workspace.ts';
import type { LedgerPart } from '../../../ports/ledger-copy.ts';
import type { Decision } from '../log/decision.ts';
import { headRow, leaseRow, patchRow, registrationRow, type Table, tokenRow } from '../rows.ts';

export type Destination = Table | 'entries' | 'bodies' | 'cursors';
export type CopiedTip = Pick<Decision, 'position' | 'seq' | 'moves'>;

interface CopiedRow {
  readonly to: Destination;
  readonly row: object;
  /** UTF-16 units or bytes, roughly. */
  readonly weight: number;
}

/** The one decision of which everything that is imported follows. */
const REV = 1;
const SMALL = 500;

/** The parts of a copy as rows. What is kept of them grows with the chains and the names of workspaces alone. */
export function copiedRows() {
  const workspaces = new Map<string, Workspace>();
  const firsts = new Map<string, Workspace>();
  const heads = new Map<string, ChainHead>();
  let [position, seq, parts] = [0, 0, 0];

  function rowsOf(part: LedgerPart): readonly CopiedRow[] {
    switch (part.kind) {
      case 'workspace':
        workspaces.set(part.workspace.name, part.workspace);
        return [];
      case 'token':
        return [small('tokens', { ...tokenRow(part.token), rev: REV })];
      case 'lease':
        return [small('leases', { ...leaseRow(part.lease), rev: REV })];
      case 'cursor':
        return [small('cursors', { _id: part.reader, position: part.position, moves: 0 })];
      case 'patch':
        seq = Math.max(seq, part.patch.seq);
        return patchRows(part);
      case 'entry':
        position = part.position;
        note(part.entry);
        return [entryRow(part)];
    }
  }

  /** A name belongs for ever to the place that it was first added with. */
  function note(entry: Entry): void {
    const { chain, type, subject, n, hash } = entry;
    heads.set(chain, { chain, n, hash });
    if (type !== 'workspace.added' || subject !== chain || firsts.has(chain)) return;
    firsts.set(chain, registrationIn(entry));
  }

  function registered(name: string): readonly CopiedRow[] {
    const workspace = workspaces.get(name) ?? null;
    const first = firsts.get(name) ?? workspace;
    return first === null
      ? []
      : [small('workspaces', { ...registrationRow(name, { workspace, first }), rev: REV })];
  }

  return {
    of(part: LedgerPart): readonly CopiedRow[] {
      parts += 1;
      return rowsOf(part);
    },
    /** What only all parts together tell. */
    rest(): readonly CopiedRow[] {
      const names = new Set([...firsts.keys(), ...workspaces.keys()]);
      const last = [...heads.values()].map((head) => small('heads', { ...headRow(head), rev: REV }));
      return [...[...names].flatMap(registered), ...last];
    },
    /** How far the ledger has come; null for one with nothing in it. */
    tip: (): CopiedTip | null => (parts === 0 ? null : { position, seq, moves: [...heads.keys()] }),
  };
}

function patchRows({ patch, claim, body }: Extract<LedgerPart, { kind: 'patch' }>): readonly CopiedRow[] {
  return [
    { to: 'bodies', row: { _id: patch.id, bytes: body }, weight: body.length },
    { to: 'patches', row: { ...patchRow({ patch, claim, gaveUpAt: null }), rev: REV }, weight: 2 * SMALL },
  ];
}

function entryRow({ position, entry, news }: Extract<LedgerPart, { kind: 'entry' }>): CopiedRow {
  const { chain, n, subject } = entry;
  const [sealed, told] = [canonicalJson(entry), JSON.stringify(news)];
  const row = { _id: position, chain, n, subject, sealed, news: told };
  return { to: 'entries', row, weight: sealed.length + told.length };
}

function small(to: Destination, row: object): CopiedRow {
  return { to, row, weight: SMALL };
}
