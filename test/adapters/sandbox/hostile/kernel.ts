import { type Architecture, DENIED_CALLS } from '../../../../src/adapters/sandbox/denied-calls.ts';
import { type Program, REFUSED } from './program.ts';

const SOME = 'its calls through to the kernel, which judges them itself';

/** Groups of system calls, by what one would want of them. Each has to be refused by the filter, whatever is asked of it. */
const GROUPS: readonly (readonly [name: string, calls: readonly string[]])[] = [
  ['traces processes', ['ptrace', 'process_vm_readv', 'process_vm_writev', 'kcmp', 'pidfd_getfd']],
  ['uses io_uring', ['io_uring_setup', 'io_uring_enter', 'io_uring_register']],
  ['loads programs into the kernel', ['bpf', 'perf_event_open']],
  ['handles page faults of the kernel', ['userfaultfd', 'fanotify_init']],
  ['looks into key rings', ['keyctl', 'add_key', 'request_key']],
  ['loads kernel modules', ['init_module', 'finit_module', 'delete_module']],
  ['restarts the machine', ['reboot', 'kexec_load', 'kexec_file_load']],
  ['sets the clock', ['settimeofday', 'clock_settime', 'clock_adjtime', 'adjtimex']],
  ['opens files by handle', ['open_by_handle_at']],
  ['mounts by new calls', ['open_tree', 'move_mount', 'fsopen', 'fsmount', 'mount_setattr', 'pivot_root']],
  ['switches swap and accounting', ['swapon', 'swapoff', 'acct', 'quotactl', 'syslog']],
  ['talks to hardware', ['iopl', 'ioperm', 'modify_ldt']],
];

export const KERNEL: readonly Program[] = GROUPS.map(([name, calls]) => ({
  name,
  argv: () => ['perl', '-e', CALLING, ...calls.flatMap(numbered)],
  ends: REFUSED,
  gets: { 1: SOME },
}));

/** With no arguments a call that gets through complains about them, and not that it is forbidden. */
const CALLING = `for (@ARGV) { my ($name, $number) = split /:/; my $got = syscall($number, 0, 0, 0, 0, 0);
print "ESCAPED $name\\n" if $got != -1 || !$!{EPERM} } print "END\\n"`;

function numbered(name: string): readonly string[] {
  const number = DENIED_CALLS[name]?.[process.arch as Architecture];
  return number === undefined || number === null ? [] : [`${name}:${number}`];
}
