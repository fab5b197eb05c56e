import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { Fault } from './fault.js';
import { modules } from './paths.js';

// The embedded SQLite is what decides, not Node's major: releases before 3.51.3 can corrupt a WAL database
// that several processes write.
const NEEDED_SQLITE = '3.51.3';

export const packagedNode = join(modules, `node-linux-${process.arch}`, 'bin', 'node');

/** True when the Node with these `process.versions` has a new enough SQLite built in. */
export function isSuitable(versions = process.versions) {
  if (!versions.sqlite) return false;
  return versions.sqlite.localeCompare(NEEDED_SQLITE, 'en', { numeric: true }) >= 0;
}

/** The path of a Node that can run Ghost: this one, else the one that npm installed. Throws a Fault. */
export function suitableNode() {
  if (isSuitable()) return process.execPath;
  if (existsSync(packagedNode) && realpathSync(packagedNode) !== realpathSync(process.execPath)) {
    return packagedNode;
  }
  throw new Fault({
    what: 'there is no Node that can run Ghost',
    where: packagedNode,
    got: `Node ${process.versions.node} with ${sqliteName()} on ${process.platform} ${process.arch}`,
    expected: `a Node with SQLite ${NEEDED_SQLITE} or newer (22.23.3, 24.21.0, 26.10.0 and later have it)`,
    next: 'install such a Node and put it first in PATH; on Linux x64 and arm64 `npm ci` brings one along',
  });
}

/** The environment for children: `node` and the tools of node_modules come first in PATH. */
export function toolEnv() {
  const first = [dirname(suitableNode()), join(modules, '.bin')];
  return { ...process.env, PATH: [...first, process.env.PATH ?? ''].join(delimiter) };
}

function sqliteName() {
  return process.versions.sqlite ? `SQLite ${process.versions.sqlite}` : 'no SQLite';
}
