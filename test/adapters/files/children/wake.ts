import { createInterface } from 'node:readline';
import { fileWakeUps } from '../../../../src/adapters/files/wake-ups.ts';
import type { WakeTopic } from '../../../../src/ports/wake-ups.ts';

// wake DIRECTORY: subscribes, notifies and closes as the lines of standard input say, and prints what happens.
const wakeUps = fileWakeUps(process.argv[2] ?? '');
const say = (line: string) => process.stdout.write(`${line}\n`);
const ends = new Map<string, () => void>();
const topicOf = (text: string): WakeTopic => (text === 'outbox' ? 'outbox' : 'line');

for await (const line of createInterface({ input: process.stdin })) {
  const [act, id = '', topic = ''] = line.split(' ');
  if (act === 'subscribe')
    ends.set(
      id,
      wakeUps.subscribe(topicOf(topic), () => say(`woken ${id}`)),
    );
  if (act === 'end') ends.get(id)?.();
  if (act === 'notify') void wakeUps.notify(topicOf(topic)).then(() => say(`done ${id}`));
  if (act === 'close') void wakeUps.close().then(() => say(`done ${id}`));
}
