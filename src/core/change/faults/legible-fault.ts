import { legible } from '../bytes.ts';
import type { Fault } from '../fault.ts';

/** A fault as people and programs outside read it: its paths as Unicode text instead of bytes. */
export type LegibleFault = Omit<Fault, 'path' | 'foundIn'> & {
  readonly path: string | null;
  readonly foundIn: string | null;
};

export function legibleFault(fault: Fault): LegibleFault {
  const { path, foundIn } = fault;
  return {
    ...fault,
    // Faults in entries of older versions do not have it.
    file: fault.file ?? null,
    path: path === null ? null : legible(path),
    foundIn: foundIn === null ? null : legible(foundIn),
  };
}
