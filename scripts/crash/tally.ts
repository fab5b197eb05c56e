import type { Fault } from '../../test/crash/harness/fault.ts';
import type { Ran } from './jobs.ts';

/** What is known of one kind of fault at one place. */
export interface Row {
  readonly place: string;
  readonly how: string;
  runs: number;
  reached: number;
  /** More than reached where one run has several. */
  faults: number;
  leftToPerson: number;
  /** Nobody got on while the victim was stopped. */
  stoodStill: number;
  violations: number;
}

export class Tally {
  readonly #rows = new Map<string, Row>();

  add({ fault, reached, kills, leftToPerson, stoodStill, violations }: Ran): void {
    const row = this.#row(placeOf(fault), fault.how);
    row.runs += 1;
    row.reached += reached ? 1 : 0;
    row.faults += reached ? kills : 0;
    row.leftToPerson += leftToPerson.length > 0 ? 1 : 0;
    row.stoodStill += stoodStill ? 1 : 0;
    row.violations += violations.length;
  }

  get rows(): readonly Row[] {
    return [...this.#rows.values()];
  }

  sum(of: Exclude<keyof Row, 'place' | 'how'>): number {
    return this.rows.reduce((total, row) => total + row[of], 0);
  }

  table(): string {
    const head = [
      'where',
      'fault',
      'runs',
      'reached',
      'unreached',
      'left to a person',
      'stood still',
      'violations',
    ];
    const lines = this.rows.map((row) =>
      [
        row.place,
        row.how,
        row.runs,
        row.reached,
        row.runs - row.reached,
        row.leftToPerson,
        row.violations,
      ].map(String),
    );
    const widths = head.map((name, at) =>
      Math.max(name.length, ...lines.map((line) => line[at]?.length ?? 0)),
    );
    return [head, ...lines]
      .map((line) => line.map((cell, at) => pad(cell, widths[at] ?? 0, at)).join('  '))
      .join('\n');
  }

  #row(place: string, how: string): Row {
    const key = `${place} ${how}`;
    const row = this.#rows.get(key) ?? { place, how, ...NOTHING };
    this.#rows.set(key, row);
    return row;
  }
}

const NOTHING = { runs: 0, reached: 0, faults: 0, leftToPerson: 0, stoodStill: 0, violations: 0 };

function pad(cell: string, width: number, at: number): string {
  return at < 2 ? cell.padEnd(width) : cell.padStart(width);
}

function placeOf(fault: Fault): string {
  switch (fault.kind) {
    case 'step':
      return fault.step;
    case 'call':
      return `${fault.at.who} ${fault.at.call}`;
    case 'accept':
      return `gateway ${fault.at.who} ${fault.at.call}`;
    case 'moment':
      return 'a random moment';
    case 'race':
      return 'three runners racing';
  }
}
