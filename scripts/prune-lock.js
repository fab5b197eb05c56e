// node scripts/prune-lock.js: run it after adding a package. A registry mirror that lacks the binaries of other
// platforms makes npm write a lock that `npm ci` then refuses as incomplete; this drops the optional dependencies
// that the lock knows no hash for, so that what is locked is complete and what is installed is hashed.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './lib/paths.js';

const file = join(root, 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));

for (const [path, { optionalDependencies = {} }] of Object.entries(lock.packages)) {
  for (const name of Object.keys(optionalDependencies)) {
    if (isLocked(path, name)) continue;
    delete optionalDependencies[name];
    console.log(`dropped ${name}, optional for ${path}`);
  }
}
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);

/** Whether the lock holds the package that `require(name)` finds from `path`: nested first, then ever further out. */
function isLocked(path, name) {
  if (lock.packages[join(path, 'node_modules', name)]) return true;
  return path !== '' && isLocked(path.slice(0, Math.max(path.lastIndexOf('node_modules') - 1, 0)), name);
}
