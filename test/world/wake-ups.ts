import { EventEmitter } from 'node:events';
import type { WakeUps } from '../../src/ports/wake-ups.ts';

/** Wake-ups within one process, without delay. */
export function worldWakeUps(): WakeUps {
  const topics = new EventEmitter().setMaxListeners(0);
  return {
    notify: async (topic) => void topics.emit(topic),
    subscribe: (topic, wake) => {
      topics.on(topic, wake);
      return () => topics.off(topic, wake);
    },
    close: async () => void topics.removeAllListeners(),
  };
}
