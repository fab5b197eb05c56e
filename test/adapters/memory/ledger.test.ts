import { memoryLedger } from '../../../src/adapters/memory/ledger.ts';
import { ledgerPortsSuite } from '../../conformance/all-of-a-ledger.ts';

ledgerPortsSuite('memory', async (clock) => ({ ...memoryLedger({ clock }), close: async () => {} }));
