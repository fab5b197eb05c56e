import { createInterface } from 'node:readline';
import { openFleetingStore } from '../../../../src/adapters/sqlite/fleeting/open.ts';
import { systemClock } from '../../../../src/platform/clock.ts';

// fleeting FILE: does what the lines of standard input say, one after the other, and prints one line for each.
const [file = ''] = process.argv.slice(2);
const { cache, registry, sessions, close } = openFleetingStore({ file, clock: systemClock });
const say = (line: string) => process.stdout.write(`${line}\n`);
const bytes = (text: string) => new TextEncoder().encode(text);
const LONG_MS = 3_600_000;

const acts: Readonly<Record<string, (a: string, b: string) => Promise<string>>> = {
  announce: async (instance, ttlMs) => {
    const said = { component: 'runner', instance, version: '1', pid: process.pid, host: 'here' };
    await registry.announce({ ...said, address: null, startedAt: 1, details: null }, Number(ttlMs));
    return 'announced';
  },
  list: async () => (await registry.list('runner')).map(({ instance }) => instance).join(','),
  signIn: async (subject) => (await sessions.create({ subject, role: 'viewer' }, HOURS)).id,
  find: async (id) => (await sessions.find(id))?.subject ?? 'nobody',
  /** Says that it loads, and brings the value that the next line of input names; `never` never comes. */
  load: async (name) => {
    const value = await cache.getOrLoad({ namespace: 'n', name }, LONG_MS, async () => {
      say('loading');
      return bytes((await lines.next()).value ?? '');
    });
    return new TextDecoder().decode(value);
  },
};
const HOURS = { idleMs: LONG_MS, mostMs: LONG_MS };

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
for (let line = await lines.next(); !line.done; line = await lines.next()) {
  const [act = '', a = '', b = ''] = line.value.split(' ');
  if (act === 'end') break;
  say((await acts[act]?.(a, b)) ?? `what is ${act}?`);
}
await close();
process.stdin.destroy();
