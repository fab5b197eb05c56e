import { isBinary } from '../../change/apply/hidden-text.ts';
import { legible } from '../../change/bytes.ts';
import type { FileChange } from '../../change/change.ts';
import { matchesGlob } from '../../glob.ts';
import { readGlobs } from '../globs.ts';
import { changedLines } from '../inspect/added-lines.ts';
import type { Finding, Inspected, Inspection } from '../inspect/finding.ts';
import { describe, invalid, member, readChoice, type Spot } from '../plain-data.ts';

/** How large a patch may be, and which paths it may touch. What is null or empty limits nothing. */
export interface LimitsTask {
  readonly kind: 'limits';
  readonly maxFiles: number | null;
  /** Added and removed, of all files but binary ones. */
  readonly maxLines: number | null;
  /** Of one file as the patch leaves it. */
  readonly maxFileBytes: number | null;
  /** Of all files as the patch leaves them. */
  readonly maxBytes: number | null;
  readonly binaries: 'allowed' | 'refused';
  /** Globs: every path has to match one of them. */
  readonly allow: readonly string[];
  /** Globs: no path may match one of them. */
  readonly deny: readonly string[];
}

const NUMBERS = ['maxFiles', 'maxLines', 'maxFileBytes', 'maxBytes'] as const;
export const LIMITS_KEYS = [...NUMBERS, 'binaries', 'allow', 'deny'] as const;

/** @throws GhostError gate_file_invalid */
export function readLimitsTask(check: ReadonlyMap<string, unknown>, spot: Spot): LimitsTask {
  if (!LIMITS_KEYS.some((key) => check.has(key)))
    throw invalid(spot, `it limits nothing; expected one of ${LIMITS_KEYS.join(', ')}`);
  const number = (key: (typeof NUMBERS)[number]) => readLimit(check.get(key), member(spot, key));
  return {
    kind: 'limits',
    maxFiles: number('maxFiles'),
    maxLines: number('maxLines'),
    maxFileBytes: number('maxFileBytes'),
    maxBytes: number('maxBytes'),
    binaries: readChoice(check.get('binaries') ?? 'allowed', member(spot, 'binaries'), [
      'allowed',
      'refused',
    ]),
    allow: readGlobs(check.get('allow'), member(spot, 'allow')),
    deny: readGlobs(check.get('deny'), member(spot, 'deny')),
  };
}

function readLimit(value: unknown, spot: Spot): number | null {
  if (value === undefined) return null;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw invalid(spot, `expected a whole number from 0, got ${describe(value)}`);
}

const SMALLER = 'Split the patch into smaller ones, or ask whoever keeps the gate for another limit.';
const ELSEWHERE = 'Leave this file out of the patch, or ask whoever keeps the gate to let it be changed.';

/** What is larger than it may be, or stands where nothing may be changed. */
export function* findExcesses(task: LimitsTask, { files }: Inspected): Inspection {
  const findings: Finding[] = [];
  const sums = { files: files.length, lines: 0, bytes: 0 };
  for (const file of files) {
    const size = file.after?.bytes.length ?? 0;
    sums.bytes += size;
    if (!isBinaryChange(file)) sums.lines += changedLines(file);
    findings.push(...inFile(task, file));
    yield;
  }
  const whole: readonly (readonly [string, number, number | null])[] = [
    ['changes', sums.files, task.maxFiles],
    ['adds and removes', sums.lines, task.maxLines],
    ['leaves', sums.bytes, task.maxBytes],
  ];
  const units = ['files', 'lines', 'bytes in the files that it changes'];
  for (const [at, [does, got, most]] of whole.entries()) {
    if (most === null || got <= most) continue;
    const message = `The patch ${does} ${got} ${units[at]}; at most ${most} may be.`;
    findings.push({ path: null, line: null, message, hint: SMALLER });
  }
  return { findings, facts: sums };
}

function inFile(task: LimitsTask, file: FileChange): readonly Finding[] {
  const { path, after } = file;
  const name = legible(path);
  const denied = task.deny.find((glob) => matchesGlob(glob, name));
  const isOutside = task.allow.length > 0 && !task.allow.some((glob) => matchesGlob(glob, name));
  const size = after?.bytes.length ?? 0;
  const isTooLarge = task.maxFileBytes !== null && size > task.maxFileBytes;
  const isRefused = task.binaries === 'refused' && after !== null && isBinary(after.bytes);
  const says = [
    denied === undefined ? [] : [`no path of \`${denied}\` may be changed`, ELSEWHERE],
    isOutside
      ? [`only paths of ${task.allow.map((glob) => `\`${glob}\``).join(', ')} may be changed`, ELSEWHERE]
      : [],
    isTooLarge ? [`it has ${size} bytes; at most ${task.maxFileBytes} may be`, SMALLER] : [],
    isRefused ? ['it is binary (a NUL in its first 8000 bytes), which is refused', ELSEWHERE] : [],
  ];
  return says.flatMap(([message, hint]) =>
    message === undefined || hint === undefined ? [] : [{ path, line: null, message, hint }],
  );
}

function isBinaryChange({ before, after }: FileChange): boolean {
  return [before, after].some((side) => side !== null && isBinary(side.bytes));
}
