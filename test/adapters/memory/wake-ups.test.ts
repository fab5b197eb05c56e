import { memoryWakeUps } from '../../../src/adapters/memory/wake-ups.ts';
import { wakeUpsSuite } from '../../conformance/wake-ups.ts';

wakeUpsSuite('memory', async () => ({ open: async () => memoryWakeUps() }));
