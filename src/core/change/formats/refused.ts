import type { Parsed } from '../change.ts';
import type { FaultCode } from '../fault.ts';
import { faultOf } from '../fault-of.ts';

/** A text that is refused as a whole, with one fault. */
export function refused(code: FaultCode, message: string, hint: string, patchLine?: number): Parsed {
  return { kind: 'faulty', faults: [faultOf(code, { message, hint }, { patchLine: patchLine ?? null })] };
}
