import { existsSync, type FSWatcher, mkdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { WakeTopic, WakeUps } from '../../ports/wake-ups.ts';
import { touch } from './touch.ts';

/**
 * Wake-ups between processes of one machine: an empty file per topic, touched to notify, watched as part of its directory.
 * Whoever loses the directory under it is woken once and watches again from the next subscription or notification of its own
 * process on: making the directory anew at once would undo what the operator is just doing.
 *
 * Nothing here throws or rejects, whatever the file system says: no watch to be had, another user's files, no space. A
 * hint that is not given costs a waiter the time to its next look, and a hint that fails would cost a landing.
 */
export function fileWakeUps(directory: string): WakeUps {
  const subscribers = new Map<string, Set<() => void>>();
  const due = new Set<string>();
  let watcher: FSWatcher | null = null;

  const wakeAll = () => {
    const topics = [...due];
    due.clear();
    for (const topic of topics) for (const wake of subscribers.get(topic) ?? []) wake();
  };
  /** One write is several events of the file system; they come in the same turn of the loop. */
  const onChange = (name: string | null) => {
    const known = [...subscribers.keys()].filter((topic) => name === null || topic === name);
    if (known.length === 0) return;
    if (due.size === 0) setImmediate(wakeAll);
    for (const topic of known) due.add(topic);
  };
  const stopWatching = () => {
    watcher?.close();
    watcher = null;
  };
  const startWatching = () => {
    if (watcher) return;
    try {
      mkdirSync(directory, { recursive: true });
      watcher = watch(directory, { persistent: false }, (event, name) => {
        const isLost = event === 'rename' && !existsSync(directory);
        if (isLost) stopWatching();
        onChange(isLost ? null : name);
      });
      watcher.on('error', stopWatching);
    } catch {
      // The next subscription or notification tries again.
    }
  };

  const waiting = new Map<WakeTopic, Promise<void>>();
  /** What is notified in one turn of the loop, such as a batch of receipts, is one touch. */
  const notify = (topic: WakeTopic): Promise<void> => {
    const touched =
      waiting.get(topic) ??
      nextTurn().then(() => {
        waiting.delete(topic);
        if (subscribers.size > 0) startWatching();
        touch(join(directory, topic));
      });
    waiting.set(topic, touched);
    return touched;
  };

  return {
    notify,
    subscribe: (topic: WakeTopic, wake) => {
      startWatching();
      // Wrapped, so that the same function can subscribe twice and each answer ends one of them.
      const subscriber = () => wake();
      const others = subscribers.get(topic) ?? new Set();
      subscribers.set(topic, others.add(subscriber));
      return () => {
        others.delete(subscriber);
        if ([...subscribers.values()].every(({ size }) => size === 0)) stopWatching();
      };
    },
    close: async () => {
      subscribers.clear();
      stopWatching();
    },
  };
}
