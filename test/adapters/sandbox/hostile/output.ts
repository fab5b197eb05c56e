import { type Program, perl, refused, sh } from './program.ts';

/** Titles, a cleared screen, colours, the other screen, backspaces, and bytes of no character set. */
const SEQUENCES = Buffer.from('\x1b]0;owned\x07\x1b[2J\x1b[31m\x1b[?1049h\r\b\0\x9b31m\xff\xfe\n', 'latin1');

export const OUTPUT: readonly Program[] = [
  {
    name: 'prints a gigabyte',
    argv: sh('head -c 1073741824 /dev/zero'),
    ends: refused('told of all, kept both ends'),
    timeoutMs: 60_000,
    prints: 2 ** 30 + 'END\n'.length,
  },
  {
    name: 'prints control sequences and bytes that are no text',
    argv: () => [...perl('print pack("H*", $ARGV[0]);')(), SEQUENCES.toString('hex')],
    ends: refused('kept as they are'),
    shows: SEQUENCES,
  },
  {
    name: 'prints without an end',
    argv: sh('yes "and on"'),
    ends: { kind: 'limit', detail: /^timed out after 300 ms$/ },
    timeoutMs: 300,
  },
];
