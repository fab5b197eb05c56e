import type { Parsed } from '../change.ts';
import type { FaultCode } from '../fault.ts';
import { faultOf } from '../fault-of.ts';
import type { Passage } from './passage.ts';

/** A text that is refused as a whole, with one fault. */
export function refused(code: FaultCode, message: string, hint: string, patchLine?: number): Parsed {
  return { kind: 'faulty', faults: [faultOf(code, { message, hint }, { patchLine: patchLine ?? null })] };
}

export function notYet(form: string, [first]: readonly Passage[]): Parsed {
  return refused('unsupported', `The ${form} form is not read yet.`, 'Send a diff.', first?.firstLine);
}
