import type { Path } from '../git.ts';
import { legible } from './bytes.ts';
import type { Span } from './change.ts';
import type { Fault, FaultCode } from './fault.ts';

/** A fault that names what its author can act on; everything not given is null or empty. */
export function faultOf(
  code: FaultCode,
  says: { readonly message: string; readonly hint: string },
  more: Partial<Omit<Fault, 'code' | 'message' | 'hint'>> = {},
): Fault {
  return {
    code,
    ...says,
    path: null,
    hunk: null,
    patchLine: null,
    expected: [],
    closest: null,
    candidates: [],
    foundIn: null,
    file: null,
    ...more,
  };
}

/** Thrown inside the reader of one section and caught by the scanner, which goes on with the next section. */
export class Faulty extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.message);
    this.fault = fault;
  }
}

/** A section whose text breaks a rule of its format, at a line of the patch. */
export function malformed(line: number, message: string, hint: string): Faulty {
  return new Faulty(faultOf('malformed', { message, hint }, { patchLine: line }));
}

export function unsupported(
  line: number,
  path: Path | null,
  says: { message: string; hint: string },
): Faulty {
  return new Faulty(faultOf('unsupported', says, { patchLine: line, path }));
}

/** `a.c (patch lines 3-9)`, as messages name an edit. */
export function placeName(path: Path, span: Span): string {
  const lines =
    span.firstLine === span.lastLine ? `line ${span.firstLine}` : `lines ${span.firstLine}-${span.lastLine}`;
  return `${legible(path)} (patch ${lines})`;
}
