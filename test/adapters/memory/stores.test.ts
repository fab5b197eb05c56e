import { memoryAdmission } from '../../../src/adapters/memory/admission.ts';
import { memoryCache } from '../../../src/adapters/memory/cache.ts';
import { memoryRateCounters } from '../../../src/adapters/memory/rate-counters.ts';
import { memoryRegistry } from '../../../src/adapters/memory/registry.ts';
import { memorySessions } from '../../../src/adapters/memory/sessions.ts';
import type { Clock } from '../../../src/platform/clock.ts';
import { admissionSuite } from '../../conformance/admission.ts';
import { cacheSuite } from '../../conformance/cache.ts';
import { rateCountersSuite } from '../../conformance/rate-counters.ts';
import { registrySuite } from '../../conformance/registry.ts';
import { sessionsSuite } from '../../conformance/sessions.ts';
import { handTime, type Store } from '../../conformance/store.ts';

admissionSuite('memory', storeOn(memoryAdmission));
cacheSuite('memory', storeOn(memoryCache));
rateCountersSuite('memory', storeOn(memoryRateCounters));
registrySuite('memory', storeOn(memoryRegistry));
sessionsSuite('memory', storeOn(memorySessions));

function storeOn<Port>(make: (options: { readonly clock: Clock }) => Port): () => Promise<Store<Port>> {
  return async () => {
    const { clock, time } = handTime();
    return { open: async () => make({ clock }), time, close: async () => {} };
  };
}
