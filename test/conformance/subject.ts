import { after, before } from 'node:test';
import type { LedgerPorts, OpenedLedger } from '../../src/ports/ledger-ports.ts';
import { type HandClock, handClock } from './hand-clock.ts';

/** An empty ledger on the given clock, and how to take it down again. */
export type OpenSubject = (clock: HandClock) => Promise<OpenedLedger>;

export interface Subject {
  readonly clock: HandClock;
  readonly ports: LedgerPorts;
}

/** One subject for the suite it is called in: tests keep apart by the names of their workspaces. */
export function subjectOf(open: OpenSubject): Subject {
  const clock = handClock();
  let opened: Awaited<ReturnType<OpenSubject>> | undefined;
  before(async () => {
    opened = await open(clock);
  });
  after(() => opened?.close());
  return {
    clock,
    get ports() {
      if (!opened) throw new Error('the subject is not open yet');
      return opened;
    },
  };
}
