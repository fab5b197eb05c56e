import { memoryLedger } from '../../../src/adapters/memory/ledger.ts';
import { ledgerCopySuite } from '../../conformance/ledger-copy.ts';

ledgerCopySuite('memory', async (clock) => ({ ...memoryLedger({ clock }), close: async () => {} }));
