import { after, before } from 'node:test';
import type { Chains, Outbox } from '../../src/ports/chain.ts';
import type { Leaser } from '../../src/ports/leaser.ts';
import type { Ledger } from '../../src/ports/ledger.ts';
import type { Tokens } from '../../src/ports/tokens.ts';
import type { Workspaces } from '../../src/ports/workspaces.ts';
import { type HandClock, handClock } from './hand-clock.ts';

export interface Ports {
  readonly ledger: Ledger;
  readonly chains: Chains;
  readonly outbox: Outbox;
  readonly leaser: Leaser;
  readonly workspaces: Workspaces;
  readonly tokens: Tokens;
}

/** An empty ledger on the given clock, and how to take it down again. */
export type OpenSubject = (clock: HandClock) => Promise<Ports & { readonly close: () => Promise<void> }>;

export interface Subject {
  readonly clock: HandClock;
  readonly ports: Ports;
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
