import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeExit, runChild } from './child.js';
import { Fault } from './fault.js';
import { modules, root } from './paths.js';
import { takeTurn } from './turn.js';

// npm writes this file last, so its presence also says that the installation reached its end.
const installedLock = join(modules, '.package-lock.json');

/** True when some installation was finished, matching or not. */
export function isInstalled() {
  return existsSync(installedLock);
}

/** Makes node_modules what package-lock.json says; does nothing when it already is. Throws a Fault. */
export async function ensureInstalled() {
  if (!firstDifference()) return;
  await takeTurn(root, async () => {
    const difference = firstDifference();
    if (difference) await install(difference);
  });
}

async function install(reason) {
  console.error(`ghost: installing the packages of package-lock.json into node_modules, because ${reason}`);
  // `include` because NODE_ENV=production or an omit setting would leave the tools or the packaged Node out.
  const args = ['ci', '--include=dev', '--include=optional', '--loglevel=error'];
  // npm's stdout joins stderr: the caller's stdout may be read by a program.
  const ended = await runChild('npm', args, { cwd: root, env: npmEnv(), stdio: ['ignore', 2, 2] });
  // npm leaves out an optional package that it failed to fetch and still exits with 0.
  const got = ended.code === 0 ? firstDifference() : describeExit(ended);
  if (got) throw installFailed(got);
}

function npmEnv() {
  const { HOME, ...rest } = process.env;
  // With an empty HOME npm would keep its cache in a folder named `~` inside the checkout.
  return HOME ? process.env : rest;
}

function installFailed(got) {
  return new Fault({
    what: 'npm ci did not install the packages',
    where: modules,
    got,
    expected: 'exit code 0 and every package of package-lock.json that fits this machine',
    next: 'read npm’s lines above (is the registry reachable, is the disk full?), then run `npm ci` here',
  });
}

/** Why node_modules is not what package-lock.json says, as a clause; undefined when it is. */
function firstDifference() {
  if (!isInstalled()) return existsSync(modules) ? 'node_modules is unfinished' : 'node_modules is missing';
  const installed = readPackages(installedLock);
  for (const [path, wanted] of Object.entries(readPackages(join(root, 'package-lock.json')))) {
    const difference = path && differenceOf(path, wanted, installed[path]);
    if (difference) return difference;
  }
  return undefined;
}

function differenceOf(path, wanted, present) {
  if (!present || !existsSync(join(root, path))) {
    return mayBeAbsent(wanted) ? undefined : `${path} is not there`;
  }
  if (present.integrity === wanted.integrity) return undefined;
  return `${path} ${present.version} is not the locked ${wanted.version}, by its hash`;
}

function mayBeAbsent({ optional, os, cpu, libc }) {
  if (!optional) return false;
  // An optional package is missed only when it is made for this very platform. Which C library a Linux has is npm's
  // to find out, so one that is made for one of them is never missed.
  return !os?.includes(process.platform) || !cpu?.includes(process.arch) || Boolean(libc);
}

function readPackages(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}
