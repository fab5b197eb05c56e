import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HEALTHS, type Heartbeat } from '../../core/health/heartbeat.ts';
import type { Json } from '../../core/json.ts';
import { replaceFile } from '../../platform/replace-file.ts';
import { sweepUnfinished } from '../../platform/unfinished-file.ts';
import type { Heartbeats, ReadHeartbeat } from '../../ports/heartbeats.ts';
import { nullIfMissing } from './missing.ts';

/** Files that begin with a dot are aggregates and temporary files. */
const HEARTBEAT_FILE = /^[^.].*\.json$/;

/**
 * Heartbeats as `<component>.json`, or `<component>.<instance>.json` where the instance is not named like its component.
 * Replaced whole but not synced: after a power loss the processes they speak of are gone anyway.
 */
export function fileHeartbeats(directory: string): Heartbeats {
  let isSwept = false;
  return {
    beat: async (heartbeat) => {
      await mkdir(directory, { recursive: true });
      // Of one that was killed in its first beat there is nothing that could be retired.
      if (!isSwept) await sweepUnfinished(directory);
      isSwept = true;
      const file = join(directory, fileName(heartbeat.component, heartbeat.instance));
      await replaceFile(file, `${JSON.stringify(heartbeat, null, 2)}\n`);
    },
    read: async () => {
      const names = ((await nullIfMissing(readdir(directory))) ?? []).filter((name) =>
        HEARTBEAT_FILE.test(name),
      );
      const read = await Promise.all(names.sort().map((name) => readHeartbeat(join(directory, name))));
      return read.filter((heartbeat) => heartbeat !== null);
    },
    retire: async (component, instance) => {
      const name = fileName(component, instance);
      // One that was killed while it beat has left the file that should have taken this one's place.
      const left = ((await nullIfMissing(readdir(directory))) ?? []).filter(
        (other) => other.startsWith(`${name}.`) && other.endsWith('.tmp'),
      );
      for (const file of [name, ...left]) await rm(join(directory, file), { force: true });
    },
  };
}

function fileName(component: string, instance: string): string {
  const parts = instance === component ? [component] : [component, instance];
  return `${parts.map((part) => part.replace(/[^A-Za-z0-9_-]/g, '_')).join('.')}.json`;
}

/** Null when it was retired between listing and reading. */
async function readHeartbeat(file: string): Promise<ReadHeartbeat | null> {
  const text = await readText(file);
  if (text === null) return null;
  if (typeof text !== 'string') return { kind: 'unreadable', file, problem: text.problem };
  try {
    const value: unknown = JSON.parse(text);
    return isHeartbeat(value)
      ? { kind: 'read', file, heartbeat: value }
      : { kind: 'unreadable', file, problem: 'it does not have the form of a heartbeat' };
  } catch (error) {
    return { kind: 'unreadable', file, problem: messageOf(error) };
  }
}

async function readText(file: string): Promise<string | null | { readonly problem: string }> {
  try {
    return await nullIfMissing(readFile(file, 'utf8'));
  } catch (error) {
    return { problem: messageOf(error) };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function isHeartbeat(value: unknown): value is Heartbeat {
  if (value === null || typeof value !== 'object') return false;
  const { component, instance, pid, startedAt, at, sequence, status, staleAfterMs, details } =
    value as Partial<Record<keyof Heartbeat, Json>>;
  const areTexts = [component, instance].every((text) => typeof text === 'string' && text !== '');
  const areTimes = [startedAt, at].every(
    (time) => typeof time === 'string' && !Number.isNaN(Date.parse(time)),
  );
  const areCounts = [pid, sequence, staleAfterMs].every((count) => Number.isSafeInteger(count));
  return (
    areTexts && areTimes && areCounts && HEALTHS.some((health) => health === status) && details !== undefined
  );
}
