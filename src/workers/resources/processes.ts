import { uptime } from 'node:os';
import type { Heartbeat } from '../../core/health/heartbeat.ts';
import { type ProcessReading, readProcess } from '../../platform/processes.ts';
import type { Counters } from './sample.ts';

/** One process of Ghost, found by its heartbeat. */
export interface ProcessSample {
  readonly component: string;
  readonly instance: string;
  readonly pid: number;
  /** `gone`: there is no such process, or another one has its pid by now. */
  readonly state: 'running' | 'gone';
  readonly rssBytes: number | null;
  readonly cpuTotalMs: number | null;
  /** Of one core, since the sample before; null in the first. */
  readonly cpuPercent: number | null;
}

const TICK_MS = 10;
/** The start of a process and its first heartbeat are told by two clocks. */
const SLACK_MS = 5_000;

export function sampleProcesses(
  { heartbeats, now }: { readonly heartbeats: readonly Heartbeat[]; readonly now: number },
  before: Counters['processes'],
): { readonly samples: readonly ProcessSample[]; readonly counters: Counters['processes'] } {
  const counters = new Map<string, { readonly cpuMs: number; readonly atMs: number }>();
  const samples = heartbeats.map((heartbeat): ProcessSample => {
    const { component, instance, pid } = heartbeat;
    const reading = readWriter(heartbeat, now);
    if (reading === null)
      return { component, instance, pid, state: 'gone', rssBytes: null, cpuTotalMs: null, cpuPercent: null };
    const key = `${pid} ${reading.startedTicks}`;
    counters.set(key, { cpuMs: reading.cpuMs, atMs: now });
    const cpuPercent = percentSince(before.get(key), reading.cpuMs, now);
    const { rssBytes, cpuMs: cpuTotalMs } = reading;
    return { component, instance, pid, state: 'running', rssBytes, cpuTotalMs, cpuPercent };
  });
  return { samples, counters };
}

/** The process that wrote the heartbeat, null when it is gone: one that started later only has its pid. @param now ms since 1970 */
export function readWriter(
  { pid, startedAt }: Pick<Heartbeat, 'pid' | 'startedAt'>,
  now: number,
): ProcessReading | null {
  const reading = readProcess(pid);
  if (reading === null || reading.state === 'Z') return null;
  const bootedAt = now - uptime() * 1000;
  const began = bootedAt + reading.startedTicks * TICK_MS;
  return began <= Date.parse(startedAt) + SLACK_MS ? reading : null;
}

function percentSince(
  before: { readonly cpuMs: number; readonly atMs: number } | undefined,
  cpuMs: number,
  now: number,
): number | null {
  if (before === undefined || now <= before.atMs) return null;
  return Math.round((1000 * (cpuMs - before.cpuMs)) / (now - before.atMs)) / 10;
}
