import { chainsSuite } from './chains.ts';
import { leaserSuite } from './leaser.ts';
import { ledgerSuite } from './ledger.ts';
import { outboxSuite } from './outbox.ts';
import type { OpenSubject } from './subject.ts';
import { tokensSuite } from './tokens.ts';
import { workspacesSuite } from './workspaces.ts';

/** The six ports that one ledger stands behind, each suite on a ledger of its own. */
export function ledgerPortsSuite(name: string, open: OpenSubject): void {
  for (const suite of [ledgerSuite, chainsSuite, outboxSuite, leaserSuite, workspacesSuite, tokensSuite]) {
    suite(name, open);
  }
}
