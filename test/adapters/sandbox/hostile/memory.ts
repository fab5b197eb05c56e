import { type End, type Program, perl, REFUSED, sh } from './program.ts';

const OUT_OF_MEMORY: End = {
  kind: 'limit',
  detail: /^out of memory: the kernel ended a process of it, which together may have 64 MiB$/,
};
const PER_PROCESS = { 1: 'all the memory it asks for', 2: 'all the memory it asks for' } as const;

export const MEMORY: readonly Program[] = [
  {
    name: 'eats memory',
    argv: perl('my @eaten; push @eaten, "x" x 1048576 for 1 .. 150; esc(scalar @eaten, "MiB");'),
    ends: OUT_OF_MEMORY,
    gets: PER_PROCESS,
  },
  {
    name: 'eats memory in many processes',
    argv: sh(`for n in 1 2 3 4 5 6 7 8; do perl -e '$x = "x" x 20e6; sleep 1' & done
for job in $(jobs -p); do wait $job || exit 9; done; esc 160 MB`),
    ends: OUT_OF_MEMORY,
    gets: PER_PROCESS,
  },
  {
    name: 'eats memory in files without a name',
    argv: perl(`my $fd = syscall(319, my $name = "eaten", 0); open(my $file, '>&=', $fd) or exit;
for (1 .. 100) { syswrite($file, "x" x 1048576) or last } esc(tell($file), "bytes");`),
    ends: { kind: 'limit', detail: /^a file too large/ },
  },
  {
    name: 'fills /dev/shm',
    argv: sh(
      'for n in $(seq 20); do head -c 1000000 /dev/zero >/dev/shm/ghost-hostile-$n || break; done 2>/dev/null; used=$(cat /dev/shm/ghost-hostile-* | wc -c); rm -f /dev/shm/ghost-hostile-*; [ $used -gt 4194304 ] && esc $used bytes',
    ),
    ends: REFUSED,
    gets: { 1: 'the memory that everybody shares' },
  },
  {
    name: 'fills /tmp',
    argv: sh(
      'for n in $(seq 20); do head -c 1000000 /dev/zero >/tmp/ghost-hostile-$n || break; done 2>/dev/null; used=$(cat /tmp/ghost-hostile-* | wc -c); rm -f /tmp/ghost-hostile-*; [ $used -gt 4194304 ] && esc $used bytes',
    ),
    ends: REFUSED,
    gets: { 1: 'the /tmp that everybody shares' },
  },
];
