import { nearest } from '../nearest.ts';
import { type Check, type CheckSource, PLAIN_RULES } from './check.ts';
import { readFilledList, readGlobs } from './globs.ts';
import {
  describe,
  invalid,
  item,
  member,
  readAnyMapping,
  readMapping,
  readText,
  type Spot,
} from './plain-data.ts';
import { TASK_READERS, type TaskKind } from './tasks/task.ts';
import type { IsolationLevel } from './verdict.ts';

const NAME = /^[a-z0-9][a-z0-9 ._-]{0,63}$/;
const DURATION = /^([1-9][0-9]{0,4})(s|m|h)$/;
const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };
const ISOLATION_LEVELS: readonly IsolationLevel[] = [0, 1, 2, 3];
export const DEFAULT_TIMEOUT_MS = 5 * 60_000;
const LONGEST_TIMEOUT_MS = 60 * 60_000;
/** What passes once in five runs is not flaky but broken. */
const MOST_RETRIES = 3;

/** Keys of every check, whatever it does. */
export const COMMON_KEYS = ['name', 'kind', 'timeout', 'retries', 'needs', 'paths', 'level'] as const;

/**
 * Reads one check of a list. `kind` says what it does, and which keys it has beside the common ones; without it, it is a
 * command. @throws GhostError gate_file_invalid
 */
export function readCheck(
  value: unknown,
  spot: Spot,
  at: { readonly source: CheckSource; readonly stage: number },
): Check {
  const { keys, read } =
    TASK_READERS[readKind(readAnyMapping(value, spot).get('kind'), member(spot, 'kind'))];
  const check = readMapping(value, spot, [...COMMON_KEYS, ...keys]);
  const under = (key: string) => [check.get(key), member(spot, key)] as const;
  return {
    name: readCheckName(...under('name')),
    source: at.source,
    task: read(check, spot),
    timeoutMs: readTimeout(...under('timeout')),
    stage: at.stage,
    needs: readNeeds(...under('needs')),
    retries: readRetries(...under('retries')),
    paths: readGlobs(...under('paths')),
    level: readLevel(...under('level')),
  };
}

function readKind(value: unknown, spot: Spot): TaskKind {
  if (value === undefined) return 'command';
  const kinds = Object.keys(TASK_READERS);
  const text = readText(value, spot);
  if (isKind(text)) return text;
  const near = nearest(text, kinds);
  const advice = near ? `did you mean \`${near}\`?` : `known kinds are ${kinds.join(', ')}`;
  throw invalid(spot, `unknown kind \`${text}\`; ${advice}`);
}

function isKind(text: string): text is TaskKind {
  return Object.hasOwn(TASK_READERS, text);
}

function readCheckName(value: unknown, spot: Spot): string {
  const name = readText(value, spot);
  if (NAME.test(name)) return name;
  const form =
    'expected at most 64 lower-case letters, digits, blanks, `.`, `_` and `-`, a letter or digit first';
  throw invalid(spot, `\`${name}\` is no name; ${form}`);
}

function readTimeout(value: unknown, spot: Spot): number {
  if (value === undefined) return DEFAULT_TIMEOUT_MS;
  const text = readText(value, spot);
  const [, amount, unit] = DURATION.exec(text) ?? [];
  if (amount === undefined || unit === undefined)
    throw invalid(spot, `\`${text}\` is no duration; expected one like 30s, 5m or 1h`);
  const timeoutMs = Number(amount) * (UNIT_MS[unit] ?? Number.NaN);
  if (timeoutMs > LONGEST_TIMEOUT_MS) throw invalid(spot, `\`${text}\` is longer than 1h`);
  return timeoutMs;
}

function readNeeds(value: unknown, spot: Spot): readonly string[] {
  if (value === undefined) return PLAIN_RULES.needs;
  const needs = readFilledList(value, spot).map((name, index) => readText(name, item(spot, index)));
  const repeated = needs.findIndex((name, index) => needs.indexOf(name) !== index);
  if (repeated >= 0) throw invalid(item(spot, repeated), `\`${needs[repeated]}\` stands there twice`);
  return needs;
}

function readRetries(value: unknown, spot: Spot): number {
  if (value === undefined) return PLAIN_RULES.retries;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MOST_RETRIES)
    return value;
  throw invalid(spot, `expected a whole number from 0 to ${MOST_RETRIES}, got ${describe(value)}`);
}

/** A level of isolation. @throws GhostError gate_file_invalid */
export function readLevel(value: unknown, spot: Spot): IsolationLevel {
  const level = ISOLATION_LEVELS.find((known) => known === (value ?? PLAIN_RULES.level));
  if (level === undefined) throw invalid(spot, `expected 0, 1, 2 or 3, got ${describe(value)}`);
  return level;
}
