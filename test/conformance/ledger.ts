import { describe } from 'node:test';
import { acceptance } from './ledger-acceptance.ts';
import { reading } from './ledger-reading.ts';
import { repetition } from './ledger-repetition.ts';
import { series } from './ledger-series.ts';
import { fencing, steps } from './ledger-steps.ts';
import { type OpenSubject, subjectOf } from './subject.ts';

/** What src/ports/ledger.ts promises, sentence by sentence. */
export function ledgerSuite(name: string, open: OpenSubject): void {
  describe(`the ledger of ${name}`, () => {
    const subject = subjectOf(open);
    describe('accepts', () => acceptance(subject));
    describe('repeats', () => repetition(subject));
    describe('takes a series:', () => series(subject));
    describe('records', () => steps(subject));
    describe('fences', () => fencing(subject));
    describe('shows', () => reading(subject));
  });
}
