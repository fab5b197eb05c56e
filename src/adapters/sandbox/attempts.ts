/*
 * What a hostile check would try, from inside. The first thing that works is the problem that it reports. `$1` is the
 * private copy as the host knows it, `$2` the process that is Ghost.
 */

const REPORT = 'problem() { echo "$1"; exit 1; }\n';

const OF_A_PLAIN_USER = `
[ "$(id -u)" != 0 ] || problem 'commands would run as root'
touch inside || problem 'the private copy is not writable'
for place in / /etc /usr /usr/bin; do
  if touch "$place/ghost-probe" 2>/dev/null; then rm -f "$place/ghost-probe"; problem "$place is writable"; fi
done
grep -q '^CapEff:[[:space:]]*0*$' /proc/self/status || problem 'capabilities are left'
grep -q '^NoNewPrivs:[[:space:]]*1$' /proc/self/status || problem 'new privileges can be gained'
if mount -t tmpfs none /tmp 2>/dev/null; then problem 'file systems can be mounted'; fi
if cat "/proc/$2/environ" >/dev/null 2>&1; then problem 'the environment of Ghost is readable'; fi
`;

const IN_NAMESPACES = `
[ ! -e "$1" ] || problem 'the file system of the host is visible'
[ "$$" -lt 64 ] || problem 'the process namespace is not its own'
[ "$(ls /proc | grep -c '^[0-9]')" -lt 16 ] || problem 'processes of the host are visible'
[ "$(grep -c : /proc/net/dev)" = 1 ] || problem 'there are network interfaces'
if bash -c ': >/dev/udp/192.0.2.1/9' 2>/dev/null; then problem 'the network can be reached'; fi
if cat /proc/1/environ 2>/dev/null | tr '\\0' '\\n' | grep -Evq '^(PWD|OLDPWD|SHLVL|_)='; then problem 'the environment of the host is readable'; fi
grep -q '^Seccomp:[[:space:]]*2$' /proc/self/status || problem 'no system-call filter is in force'
if unshare --user true 2>/dev/null; then problem 'further namespaces can be made'; fi
`;

/** Memory first: with as many processes as there may be, nothing can be started any more. */
const IN_A_GROUP = `
if (head -c 100000000 /dev/zero | tail -c 100000000 >/dev/null) 2>/dev/null; then problem 'memory beyond the limit can be had'; fi
if (n=0; while [ $n -lt 132 ]; do sleep 9 & n=$((n+1)); done) 2>/dev/null; then problem 'processes beyond the limit can be had'; fi
`;

/** On a tree of two layers, with `kept` and `gone` below. */
const ON_LAYERS = `
[ "$(cat kept 2>/dev/null)" = kept ] || problem 'the layer below is not seen'
rm gone && [ ! -e gone ] || problem 'what is below cannot be removed from the copy'
echo changed >kept || problem 'what is below cannot be changed in the copy'
`;

/** What each script prints when nothing of it has worked. */
export const CONTAINED = 'contained';

export type Attempts = keyof typeof ATTEMPTS;

export const ATTEMPTS = {
  'plain user': script(OF_A_PLAIN_USER),
  namespaces: script(OF_A_PLAIN_USER, IN_NAMESPACES),
  group: script(IN_A_GROUP),
  layers: script(ON_LAYERS),
  'group and layers': script(ON_LAYERS, IN_A_GROUP),
} as const;

function script(...parts: readonly string[]): string {
  return [REPORT, ...parts, `echo ${CONTAINED}`].join('\n');
}
