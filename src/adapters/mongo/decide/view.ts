import { canonicalJson, type Json } from '../../../core/json.ts';
import { type EntryDraft, sealEntry } from '../../../core/ledger/entry.ts';
import { newsOf } from '../../../core/ledger/news.ts';
import { headOf, headRow, LOOKUPS, type Row, TABLES, type Table } from '../rows.ts';

/** What to load: the rows of a table that have this value in this field. */
export interface Want {
  readonly table: Table;
  readonly field: string;
  readonly value: string;
}

/** Thrown by a view that was not given what it is asked for. */
export class Missing extends Error {
  readonly want: Want;

  constructor(want: Want) {
    super(`${want.table} by ${want.field} was not loaded`);
    this.want = want;
  }
}

/** `new`: nothing was there. `whole`: in the place of what was. `part`: of these fields alone. */
export interface Change {
  readonly table: Table;
  readonly kind: 'new' | 'whole' | 'part';
  readonly row: Row;
}

export interface PlacedEntry {
  readonly position: number;
  readonly chain: string;
  readonly n: number;
  readonly subject: string;
  readonly sealed: string;
  readonly news: string;
}

/** How far the log of decisions has come: its last number, the newest position in the outbox, the newest patch. */
export interface Tip {
  readonly n: number;
  readonly position: number;
  readonly seq: number;
}

export const NO_TIP: Tip = { n: 0, position: 0, seq: 0 };

/**
 * What is known of the ledger as its newest decision left it, and what the next one is to change. Deciding on it is
 * synchronous: what was not loaded throws `Missing`, is loaded, and all is decided again.
 */
export class View {
  readonly #rows = new Map<Table, Map<string, Row>>(TABLES.map((table) => [table, new Map()]));
  /** By table, field and value: the ids of the rows. */
  readonly #found = new Map<string, Set<string>>();
  readonly #loaded = new Set<string>();
  readonly #before = new Map<
    string,
    { readonly table: Table; readonly id: string; readonly row: Row | null }
  >();
  #undo: (() => void)[] = [];
  #entries: PlacedEntry[] = [];
  #seq = 0;
  #tip: Tip = NO_TIP;
  #weight = 0;

  get tip(): Tip {
    return this.#tip;
  }

  /** Rows that are kept, and what is known to have none as well. */
  get size(): number {
    return [...this.#rows.values()].reduce((sum, rows) => sum + rows.size, this.#loaded.size);
  }

  /** UTF-16 units that the next decision has to hold, roughly. */
  get weight(): number {
    return this.#weight;
  }

  /** Forgets everything; what is loaded from now on is of `tip`, or later. */
  clear(tip: Tip): void {
    for (const rows of this.#rows.values()) rows.clear();
    this.#found.clear();
    this.#loaded.clear();
    this.#standAt(tip);
  }

  /** What was changed is decided: it is what stands from now on. */
  settle(tip: Tip): void {
    this.#standAt(tip);
  }

  #standAt(tip: Tip): void {
    this.#before.clear();
    this.#undo = [];
    this.#entries = [];
    this.#weight = 0;
    this.#seq = tip.seq;
    this.#tip = tip;
  }

  /** Rows of it may be written beside the decisions: what is known of them is forgotten. */
  forget(table: Table): void {
    for (const row of [...this.#table(table).values()]) this.#drop(table, row);
    for (const key of this.#loaded) if (key.startsWith(`${table} `)) this.#loaded.delete(key);
  }

  knows({ table, field, value }: Want): boolean {
    return this.#loaded.has(keyOf(table, field, value)) || (field === '_id' && this.#table(table).has(value));
  }

  /** All rows that there are for what was wanted; of one that is known, what is known is newer. */
  load(want: Want, rows: readonly Row[]): void {
    for (const row of rows) if (!this.#table(want.table).has(row._id)) this.#keep(want.table, row);
    this.#loaded.add(keyOf(want.table, want.field, want.value));
  }

  one(table: Table, id: string): Row | null {
    const row = this.#table(table).get(id);
    if (row !== undefined) return row;
    if (!this.#loaded.has(keyOf(table, '_id', id))) throw new Missing({ table, field: '_id', value: id });
    return null;
  }

  all(table: Table, field: string, value: string): readonly Row[] {
    const key = keyOf(table, field, value);
    if (!this.#loaded.has(key)) throw new Missing({ table, field, value });
    return [...(this.#found.get(key) ?? [])].flatMap((id) => this.#table(table).get(id) ?? []);
  }

  put(table: Table, row: Row): void {
    const before = this.one(table, row._id);
    const key = `${table} ${row._id}`;
    if (!this.#before.has(key)) {
      this.#before.set(key, { table, id: row._id, row: before });
      this.#undo.push(() => this.#before.delete(key));
    }
    this.#swap(table, before, row);
    this.#undo.push(() => this.#swap(table, row, before));
    this.#weigh(JSON.stringify(row).length);
  }

  /** Adds an entry to its chain and tells it in the outbox; `news` is what is told, the entry's data by default. */
  append(draft: EntryDraft, news: Json = draft.data) {
    const head = this.one('heads', draft.chain);
    const entry = sealEntry(draft, head && headOf(head));
    const sealed = canonicalJson(entry);
    const told = JSON.stringify(newsOf(news));
    const position = this.#tip.position + this.#entries.length + 1;
    const { chain, n, subject } = entry;
    this.put('heads', headRow(entry));
    this.#entries.push({ position, chain, n, subject, sealed, news: told });
    this.#undo.push(() => this.#entries.pop());
    this.#weigh(sealed.length + told.length);
    return entry;
  }

  /** The next number in the order of acceptance. */
  nextSeq(): number {
    this.#seq += 1;
    this.#undo.push(() => {
      this.#seq -= 1;
    });
    return this.#seq;
  }

  /** What fails takes back its own changes only. */
  apart<T>(run: () => T): T {
    const mark = this.#undo.length;
    try {
      return run();
    } catch (error) {
      this.#takeBack(mark);
      throw error;
    }
  }

  takeBackAll(): void {
    this.#takeBack(0);
  }

  get entries(): readonly PlacedEntry[] {
    return this.#entries;
  }

  /** What the next decision changes, each row as it is to be. */
  changes(): readonly Change[] {
    return [...this.#before.values()].flatMap(({ table, id, row: before }) => {
      const row = this.#table(table).get(id);
      if (row === undefined) return [];
      if (before === null) return [{ table, kind: 'new' as const, row }];
      return [table === 'leases' ? partOf(table, before, row) : { table, kind: 'whole' as const, row }];
    });
  }

  /** Where the log stands once the next decision is made. */
  next(): Tip {
    const { n, position } = this.#tip;
    return { n: n + 1, position: position + this.#entries.length, seq: this.#seq };
  }

  #takeBack(mark: number): void {
    while (this.#undo.length > mark) this.#undo.pop()?.();
  }

  #weigh(units: number): void {
    this.#weight += units;
    this.#undo.push(() => {
      this.#weight -= units;
    });
  }

  #swap(table: Table, from: Row | null, to: Row | null): void {
    if (from !== null) this.#drop(table, from);
    if (to !== null) this.#keep(table, to);
  }

  #keep(table: Table, row: Row): void {
    this.#table(table).set(row._id, row);
    for (const key of keysOf(table, row)) {
      const ids = this.#found.get(key) ?? new Set();
      this.#found.set(key, ids.add(row._id));
    }
  }

  #drop(table: Table, row: Row): void {
    this.#table(table).delete(row._id);
    for (const key of keysOf(table, row)) this.#found.get(key)?.delete(row._id);
  }

  #table(table: Table): Map<string, Row> {
    return this.#rows.get(table) ?? new Map();
  }
}

/** A renewal is written beside the decisions: one that names a writer must not take it back. */
function partOf(table: Table, before: Row, row: Row): Change {
  const changed = Object.entries(row).filter(([field, value]) => value !== before[field]);
  return { table, kind: 'part', row: { ...Object.fromEntries(changed), _id: row._id } };
}

function keysOf(table: Table, row: Row): string[] {
  return LOOKUPS[table].flatMap((field) => {
    const value = row[field];
    return typeof value === 'string' ? [keyOf(table, field, value)] : [];
  });
}

function keyOf(table: Table, field: string, value: string): string {
  return `${table} ${field} ${value}`;
}
