import { ENDED, type End, type Program, perl, REFUSED, refused, sh, shWith, TIMED_OUT } from './program.ts';

const TOO_MANY: End = {
  kind: 'limit',
  detail: /^out of processes: at most \d+ may be at once$|^timed out after/,
};

export const PROCESSES: readonly Program[] = [
  {
    name: 'forks for ever',
    argv: sh('bomb() { bomb | bomb & }; bomb; sleep 72001; exit 1'),
    ends: TOO_MANY,
    timeoutMs: 1500,
    fills: 'processes',
    spared: { 1: 'a bomb may outrun whoever ends its processes one by one' },
  },
  {
    name: 'forks a hundred more than it may',
    argv: ({ limits }) => [
      ...perl(`for (1 .. $ARGV[0]) { my $child = fork; exit 7 if !defined $child; if (!$child) { sleep 72002 while 1 } }
esc("$ARGV[0] processes");`)(),
      String(limits.processes + 100),
    ],
    ends: TOO_MANY,
    endsAt: { 1: ENDED, 2: ENDED },
    timeoutMs: 5000,
    fills: 'processes',
  },
  { name: 'never ends', argv: sh('while :; do sleep 72003; done'), ends: TIMED_OUT, timeoutMs: 400 },
  {
    name: 'ignores TERM, INT, HUP and QUIT',
    argv: sh('trap "" TERM INT HUP QUIT; sleep 72004; sleep 72004'),
    ends: TIMED_OUT,
    timeoutMs: 400,
  },
  { name: 'stops itself', argv: sh('kill -STOP $$; sleep 72005'), ends: TIMED_OUT, timeoutMs: 400 },
  {
    name: 'leaves daemons: nohup, setsid, double fork',
    argv: sh(`nohup sleep 72006 >/dev/null 2>&1 & setsid sleep 72006 >/dev/null 2>&1 &
(setsid sh -c 'sleep 72006 & sleep 72006 &' >/dev/null 2>&1 &)`),
    ends: refused('none is left'),
  },
  {
    name: 'leaves a daemon with an empty environment and another name',
    argv: () => [
      'perl',
      '-MPOSIX',
      '-e',
      'exit if fork; POSIX::setsid(); exit if fork; %ENV = (); $0 = "kworker"; exec { "sleep" } "kworker", "72007"',
    ],
    ends: ENDED,
    spared: { 1: 'it is found by its environment there, and has none' },
  },
  {
    name: 'ends and leaves its output open',
    argv: sh('sleep 72008 & setsid sleep 72008 &'),
    ends: refused('not waited for, none is left'),
  },
  {
    name: 'closes its output and goes on',
    argv: sh('exec >&- 2>&-; sleep 72009'),
    ends: TIMED_OUT,
    timeoutMs: 400,
  },
  {
    name: 'kills its parent, the first process, and all',
    argv: sh('kill -9 $PPID; kill -9 1; kill -9 -- -1; exit 4'),
    ends: ENDED,
    timeoutMs: 1500,
    spared: { 1: 'it would end what others run as the same user' },
  },
  {
    name: 'signals processes of the host',
    argv: shWith(
      ({ pid }) => [pid],
      'tries "a signal to the runner" kill -0 $1; tries "a signal to the init of the host" kill -0 1',
    ),
    ends: REFUSED,
  },
  {
    name: 'looks for processes of the host',
    argv: shWith(
      ({ pid }) => [pid],
      '[ -n "$(tr -d "\\0" </proc/$1/cmdline 2>/dev/null)" ] && esc "the arguments of the runner"',
    ),
    ends: REFUSED,
    gets: { 1: 'names and arguments of all processes' },
  },
  {
    name: 'wants all processors',
    argv: perl(`my $kids = 2; for (1 .. $kids) { next if fork; my $end = time + 2; 1 while time < $end; exit }
1 while wait > 0; my (undef, undef, $user, $system) = times; esc($user + $system, "s of processor time") if $user + $system > 1.6;`),
    ends: refused('held to its share'),
    timeoutMs: 8000,
    gets: { 1: 'what processor time there is', 2: 'what processor time there is' },
  },
  {
    name: 'raises its priority and lowers its chance to be ended',
    argv: sh(`tries "a higher priority" renice -n -5 $$
(echo -1000 >/proc/self/oom_score_adj) 2>/dev/null && esc "never to be ended for want of memory"
ulimit -Hn 1048576 2>/dev/null && esc "a higher limit of open files"`),
    ends: REFUSED,
  },
  {
    name: 'opens files without end',
    argv: perl(`my @open; for (1 .. 5000) { open(my $f, '<', '/dev/null') or last; push @open, $f }
esc(scalar @open, "open files") if @open > 64;`),
    ends: REFUSED,
  },
];
