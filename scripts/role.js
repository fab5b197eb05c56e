// What a container runs: one process of Ghost by its name, or the command line. Made by `npm run build`.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Fault, runScript } from './lib/fault.js';
import { launch } from './lib/launch.js';
import { root } from './lib/paths.js';

const ROLES = ['prepare', 'gateway', 'runner', 'relay', 'health', 'resources', 'inbox', 'alive'];

const [role = '', ...rest] = process.argv.slice(2);

if (role === 'ghost') await launch(rest);
else await runScript(() => play(role, rest));

async function play(name, more) {
  if (!ROLES.includes(name) || more.length > 0) throw noRole([name, ...more].join(' '));
  await import(pathToFileURL(join(root, 'dist', 'main', `${name}.js`)).href);
}

function noRole(got) {
  return new Fault({
    what: 'there is no such role',
    where: 'the command of the container',
    got: got || 'nothing',
    expected: `one of ${ROLES.join(', ')}; or ghost COMMAND`,
    next: 'docs/production.md tells what each of them is',
  });
}
