import { type Faulty, malformed } from '../../fault-of.ts';

/** A text whose end is missing. `line` is its last one, from 1. */
export function cutOff(line: number, sign: string): Faulty {
  return malformed(
    line,
    `The patch is cut off at line ${line}, its last: ${sign}.`,
    'Send the whole text. If nothing is missing, correct what is said here, and end the last line with a line end.',
  );
}
