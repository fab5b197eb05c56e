import { join } from 'node:path';
import { type FleetingStore, openFleetingStore } from '../../../src/adapters/sqlite/fleeting/open.ts';
import { cacheSuite } from '../../conformance/cache.ts';
import { rateCountersSuite } from '../../conformance/rate-counters.ts';
import { registrySuite } from '../../conformance/registry.ts';
import { sessionsSuite } from '../../conformance/sessions.ts';
import { handTime, type Store } from '../../conformance/store.ts';
import { scratchDirectory } from './scratch.ts';

cacheSuite('sqlite', storeOf('cache'));
rateCountersSuite('sqlite', storeOf('counters'));
registrySuite('sqlite', storeOf('registry'));
sessionsSuite('sqlite', storeOf('sessions'));

/** Each client has a connection and a thread of its own, as two processes have; fleeting-processes.test.ts has real ones. */
function storeOf<Name extends 'cache' | 'counters' | 'registry' | 'sessions'>(
  name: Name,
): () => Promise<Store<FleetingStore[Name]>> {
  return async () => {
    const { clock, time } = handTime();
    const directory = await scratchDirectory();
    const opened: FleetingStore[] = [];
    const open = async () => {
      const store = openFleetingStore({ file: join(directory.path, 'cache.db'), clock });
      opened.push(store);
      return store[name];
    };
    const close = async () => {
      await Promise.all(opened.map((store) => store.close()));
      await directory.remove();
    };
    return { open, openAnother: open, time, close };
  };
}
