import { type Program, perl, REFUSED, sh, shWith } from './program.ts';

export const FILES: readonly Program[] = [
  {
    name: 'writes to the system: /etc, /usr, /proc/sys, /sys',
    argv: sh(`for place in / /etc /usr /usr/bin /usr/local /bin /lib /dev /var /root /home /boot /sys /proc /proc/sys/kernel; do
  tries "a file in $place" touch $place/ghost-hostile; rm -f $place/ghost-hostile 2>/dev/null; done
for file in /proc/sys/kernel/core_pattern /proc/sys/kernel/hostname /proc/sysrq-trigger /proc/sys/vm/drop_caches; do
  (: >>$file) 2>/dev/null && esc "$file"; done; tries "an entry of passwd" sh -c 'echo x >>/etc/passwd'`),
    ends: REFUSED,
  },
  {
    name: "writes to the host's scratch and to files of others",
    argv: shWith(
      ({ scratch, canary }) => [scratch, canary],
      'tries "a file in the scratch folder" touch "$1/escaped"; (echo spoilt >>"$2") 2>/dev/null && esc "the canary"',
    ),
    ends: REFUSED,
  },
  {
    name: "writes to another check's copy",
    argv: shWith(
      ({ otherCopy }) => [otherCopy],
      '(echo spoilt >"$1/spoilt") 2>/dev/null && esc "another copy"',
    ),
    ends: REFUSED,
    gets: { 1: 'the copies whose place it knows' },
  },
  {
    name: 'reads secrets of the host: keys, environments, memory',
    argv: shWith(
      ({ pid, secret }) => [pid, secret],
      `for file in "$2" /etc/shadow /proc/$1/environ /proc/$1/mem /root/.ssh/id_ed25519 /proc/kcore /dev/mem; do
  tries "$file" head -c 1 "$file"; done`,
    ),
    ends: REFUSED,
  },
  {
    name: 'reads every environment that it can',
    argv: sh(
      `cat /proc/*/environ 2>/dev/null | tr '\\0' '\\n' | grep '^PATH=' | grep -qvx "PATH=$PATH" && esc "an environment"`,
    ),
    ends: REFUSED,
    gets: { 1: 'environments of other checks' },
  },
  {
    name: 'looks around in the files of the host',
    argv: shWith(
      ({ readable }) => [readable],
      'tries "a file that all may read" cat "$1"; for place in /home /root /var/lib /run /boot /opt /srv; do [ -e $place ] && esc $place; done',
    ),
    ends: REFUSED,
    gets: { 1: 'what all users may read' },
  },
  {
    name: 'becomes another user: setuid, su, sudo',
    argv: sh(`cp /bin/bash bash; chmod 6755 bash; [ "$(./bash -p -c 'id -u')" = "$(id -u)" ] || esc "another user by its own program"
tries su timeout 0.2 su root -c true </dev/null; tries sudo sudo -n true; tries "another group" newgrp root </dev/null
perl -e '$> = 0; $< = 0; exit($> == 0 ? 0 : 1)' && esc root`),
    ends: REFUSED,
  },
  {
    name: 'makes devices',
    argv: sh(
      'tries "a disk" mknod disk b 254 0; tries "the memory" mknod memory c 1 1; tries "a tape" mknod /tmp/ghost-null c 1 3',
    ),
    ends: REFUSED,
  },
  {
    name: 'mounts, unshares and changes its root',
    argv: sh(`tries "a mount" mount -t tmpfs none /tmp; tries "a mount of its own folder" mount --bind . /tmp
tries "a namespace" unshare --user true; tries "a mount namespace" unshare --mount true; tries "another root" chroot . true
tries "a namespace of another" nsenter -t 1 -m true; tries "a view without limits" umount /proc`),
    ends: REFUSED,
    gets: { 1: 'namespaces of its own, where the machine gives them to plain users' },
  },
  {
    name: 'leaves its control group',
    argv: sh(`for group in /sys/fs/cgroup /sys/fs/cgroup/memory /sys/fs/cgroup/pids /sys/fs/cgroup/cpu; do
  tries "a group in $group" mkdir $group/ghost-hostile; rmdir $group/ghost-hostile 2>/dev/null
  (echo $$ >$group/cgroup.procs) 2>/dev/null && esc "into $group"; done`),
    ends: REFUSED,
  },
  {
    name: 'reaches through its descriptors',
    argv: perl(`for my $fd (3 .. 64) { next unless open(my $file, '+<&=', $fd); next if readlink("/proc/self/fd/$fd") =~ m{^/proc|^$}; esc("descriptor $fd", readlink("/proc/self/fd/$fd")) }
opendir(my $fds, "/proc/self/fd"); for (readdir $fds) { my $to = readlink("/proc/self/fd/$_") // ""; esc("a socket", $to) if $to =~ /socket/ }`),
    ends: REFUSED,
  },
  {
    name: 'types into a terminal',
    argv: perl(`for my $request (0x5412, 0x541c) { my $byte = "x"; esc("typed") if ioctl(STDIN, $request, $byte); esc("typed") if ioctl(STDOUT, $request, $byte) }
esc("a terminal") if open(my $tty, '+<', '/dev/tty');`),
    ends: REFUSED,
  },
];
