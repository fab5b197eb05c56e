import { InvalidArgumentError, Option } from 'commander';
import { FORMATS, type Format } from '../core/change/change.ts';
import { nearest } from '../core/nearest.ts';
import type { MergeRule } from '../core/patch/patch.ts';
import { parseDuration } from '../platform/duration.ts';

/** As many as the service lists at once. */
export const MOST = 200;

/** A check as `--check NAME=COMMAND` gives it. */
export interface CheckText {
  readonly name: string;
  readonly run: string;
}

export function durationOption(flags: string, description: string, standard: string): Option {
  return new Option(flags, description).default(readDuration(standard), standard).argParser(readDuration);
}

export function countOption(flags: string, description: string, standard: number): Option {
  return new Option(flags, description).default(standard).argParser(readCount);
}

/** Of lines, as many as one likes; all when it is not given. */
export function lineCountOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text: string) => {
    const lines = /^\d{1,9}$/.test(text) ? Number(text) : 0;
    if (lines < 1) throw new InvalidArgumentError('Expected a whole number of lines, at least 1.');
    return lines;
  });
}

export function formatOption(): Option {
  return new Option('--format <name>', 'the form it is in; its content tells otherwise').argParser(
    readFormat,
  );
}

export function threeWayOption(): Option {
  return new Option(
    '--three-way',
    'where hunks fit nowhere, merge with the version they were made from, if it is known and nothing conflicts',
  );
}

export function mergeRuleOf(options: { readonly threeWay?: true }): MergeRule {
  return options.threeWay ? 'three-way' : 'never';
}

/** For an option that may be given several times. */
export function collectFlag(name: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, name];
}

/** For an option that may be given several times. */
export function collectCheck(text: string, earlier: readonly CheckText[]): readonly CheckText[] {
  const split = text.indexOf('=');
  const [name, run] = [text.slice(0, split), text.slice(split + 1).trim()];
  if (split < 1 || run === '')
    throw new InvalidArgumentError('Expected NAME=COMMAND, such as test="npm test".');
  return [...earlier, { name, run }];
}

function readDuration(text: string): number {
  const ms = parseDuration(text);
  if (ms === null) throw new InvalidArgumentError('Expected a duration such as 30s, 10m, 12h or 30d.');
  return ms;
}

function readFormat(text: string): Format {
  const known = FORMATS.find((format) => format === text);
  if (known !== undefined) return known;
  const meant = nearest(text, FORMATS);
  const guess = meant === null ? '' : ` Did you mean ${meant}?`;
  throw new InvalidArgumentError(`Expected one of ${FORMATS.join(', ')}.${guess}`);
}

function readCount(text: string): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > MOST) throw new InvalidArgumentError(`Expected a whole number from 1 to ${MOST}.`);
  return count;
}
