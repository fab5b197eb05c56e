import { existsSync, readFileSync } from 'node:fs';

/** What on this machine keeps commands from namespaces of their own, and what to do about it; null where nothing is known. */
export function remedyForNamespaces(): string | null {
  if (read('/proc/sys/user/max_user_namespaces') === '0')
    return 'user namespaces are switched off: set the sysctl user.max_user_namespaces above 0';
  if (read('/proc/sys/kernel/unprivileged_userns_clone') === '0')
    return 'user namespaces are for root alone: set the sysctl kernel.unprivileged_userns_clone to 1, or run Ghost as root';
  if (process.getuid?.() !== 0 && read('/proc/sys/kernel/apparmor_restrict_unprivileged_userns') === '1')
    return 'AppArmor restricts user namespaces: give /usr/bin/bwrap a profile with `userns,`, or run Ghost as root';
  if (isContained())
    return 'this is a container that forbids namespaces: start it with a seccomp profile that allows clone, unshare, mount and pivot_root, with CAP_SYS_ADMIN or user namespaces, and with systempaths=unconfined';
  return null;
}

/** The same for control groups. */
export const REMEDY_FOR_GROUPS =
  'run Ghost as root where they are version 1; under systemd give its service Delegate=yes and DelegateSubgroup=main';

function isContained(): boolean {
  const isFiltered = /^Seccomp:\s*2$/m.test(read('/proc/self/status'));
  return isFiltered || existsSync('/.dockerenv') || existsSync('/run/.containerenv');
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}
