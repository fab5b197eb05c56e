import { EventEmitter } from 'node:events';
import type { WakeUps } from '../../ports/wake-ups.ts';

/** Wake-ups within one process, without delay. */
export function memoryWakeUps(): WakeUps {
  const topics = new EventEmitter().setMaxListeners(0);
  return {
    notify: async (topic) => void topics.emit(topic),
    subscribe: (topic, wake) => {
      // Wrapped, so that the same function can subscribe twice and each answer ends one of them.
      const subscriber = () => wake();
      topics.on(topic, subscriber);
      return () => topics.off(topic, subscriber);
    },
    close: async () => void topics.removeAllListeners(),
  };
}
