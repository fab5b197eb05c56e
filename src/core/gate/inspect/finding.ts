import { legible } from '../../change/bytes.ts';
import type { FileChange } from '../../change/change.ts';
import type { Fault } from '../../change/fault.ts';
import { faultOf } from '../../change/fault-of.ts';
import { withEscapes } from '../../change/hidden-characters.ts';
import type { Path } from '../../git.ts';
import type { Json } from '../../json.ts';

/** One thing that a built-in check found, told so that the author finds it and can repair it. */
export interface Finding {
  /** Null where it is about the whole patch, or about its commit message. */
  readonly path: Path | null;
  /** Of the file as the patch leaves it, from 1. */
  readonly line: number | null;
  /** What, got, expected: one sentence, without the place. */
  readonly message: string;
  readonly hint: string;
}

/** What a built-in check looks at: it starts nothing. */
export interface Inspected {
  readonly files: readonly FileChange[];
  /** That the commit would have. */
  readonly message: string;
}

/** Yields between pieces of its work, so that a process in which it runs can do something else as well. */
export type Inspection = Generator<undefined, Found>;

export interface Found {
  readonly findings: readonly Finding[];
  /** How much was looked at. */
  readonly facts: { readonly [name: string]: Json };
}

/** More than anybody repairs in one round; how many there were in all is told beside them. */
export const MOST_TOLD = 50;

/** `src/a.ts:12: a Slack token`, as compilers say it. */
export function findingLine({ path, line, message }: Finding): string {
  if (path === null) return message;
  return `${withEscapes(legible(path))}${line === null ? '' : `:${line}`}: ${message}`;
}

export function findingFault(check: string, finding: Finding): Fault {
  const { path, hint } = finding;
  return faultOf('check_failed', { message: `Check ${check}: ${findingLine(finding)}`, hint }, { path });
}
