import { statfs } from 'node:fs/promises';
import { arch, cpus, loadavg, platform, release, totalmem, uptime } from 'node:os';
import type { Heartbeat } from '../../core/health/heartbeat.ts';
import { readMemory } from './memory.ts';
import { type ProcessSample, sampleProcesses } from './processes.ts';

/** The content of `.resource.json`. Units are in the names; what cannot be told here is null. */
export interface ResourceSample {
  readonly schema: 1;
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly uptimeMs: number;
  readonly cpu: {
    readonly cores: number;
    /** Of all cores together, since the sample before; null in the first. */
    readonly usedPercent: number | null;
  };
  readonly memory: {
    readonly totalBytes: number;
    readonly freeBytes: number;
    /** What programs can get without swapping. */
    readonly availableBytes: number;
    readonly usedPercent: number;
  };
  readonly load: {
    readonly oneMinute: number;
    readonly fiveMinutes: number;
    readonly fifteenMinutes: number;
  };
  readonly disk: {
    readonly path: string;
    readonly totalBytes: number;
    readonly freeBytes: number;
    readonly availableBytes: number;
    readonly usedPercent: number;
  };
  /** Of the process that samples, since the sample before: how late its timers fire. */
  readonly eventLoopDelay: { readonly meanMs: number; readonly p99Ms: number; readonly maxMs: number };
  readonly processes: readonly ProcessSample[];
  readonly platform: {
    readonly name: string;
    readonly release: string;
    readonly arch: string;
    readonly node: string;
  };
}

export interface SampleSources {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Whose file system is measured. */
  readonly home: string;
  readonly heartbeats: readonly Heartbeat[];
  readonly eventLoopDelay: ResourceSample['eventLoopDelay'];
}

/** Counters that only mean something as a difference. */
export interface Counters {
  readonly cpu: { readonly busyMs: number; readonly totalMs: number };
  /** CPU time used, by pid and start. */
  readonly processes: ReadonlyMap<string, { readonly cpuMs: number; readonly atMs: number }>;
}

/** Measures once; `counters` is handed to the next call, so that rates are of the time between. */
export async function takeSample(
  sources: SampleSources,
  before: Counters | null,
): Promise<{ readonly sample: ResourceSample; readonly counters: Counters }> {
  const [oneMinute = 0, fiveMinutes = 0, fifteenMinutes = 0] = loadavg();
  const cpu = readCpu();
  const processes = sampleProcesses(sources, before?.processes ?? new Map());
  const sample: ResourceSample = {
    schema: 1,
    at: new Date(sources.now).toISOString(),
    uptimeMs: Math.round(uptime() * 1000),
    cpu: { cores: cpus().length, usedPercent: before && busyPercent(before.cpu, cpu) },
    memory: readMemory(totalmem()),
    load: { oneMinute, fiveMinutes, fifteenMinutes },
    disk: await readDisk(sources.home),
    eventLoopDelay: sources.eventLoopDelay,
    processes: processes.samples,
    platform: { name: platform(), release: release(), arch: arch(), node: process.versions.node },
  };
  return { sample, counters: { cpu, processes: processes.counters } };
}

function readCpu(): Counters['cpu'] {
  const times = cpus().map((core) => core.times);
  const totalMs = times.reduce(
    (sum, { user, nice, sys, irq, idle }) => sum + user + nice + sys + irq + idle,
    0,
  );
  return { totalMs, busyMs: totalMs - times.reduce((sum, { idle }) => sum + idle, 0) };
}

function busyPercent(before: Counters['cpu'], now: Counters['cpu']): number | null {
  const passed = now.totalMs - before.totalMs;
  return passed > 0 ? rounded((100 * (now.busyMs - before.busyMs)) / passed) : null;
}

async function readDisk(path: string): Promise<ResourceSample['disk']> {
  const { bsize, blocks, bfree, bavail } = await statfs(path);
  const [totalBytes, freeBytes, availableBytes] = [blocks * bsize, bfree * bsize, bavail * bsize];
  return {
    path,
    totalBytes,
    freeBytes,
    availableBytes,
    usedPercent: rounded(100 * (1 - availableBytes / totalBytes)),
  };
}

function rounded(percent: number): number {
  return Math.round(percent * 10) / 10;
}
