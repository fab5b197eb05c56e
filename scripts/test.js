// npm test: installs what is missing, then runs all tests, or the files (and node --test options) given as arguments.
// The test runner's summary stays the last thing printed.
import { join } from 'node:path';
import { mirrorExit, runChild } from './lib/child.js';
import { runScript } from './lib/fault.js';
import { ensureInstalled } from './lib/install.js';
import { suitableNode, toolEnv } from './lib/node.js';
import { modules, root } from './lib/paths.js';
import { ensureSystemPackages, TEST_PACKAGES } from './lib/system-packages.js';
import { ensureTestServers } from './lib/test-servers.js';

await runScript(async () => {
  await ensureInstalled();
  await ensureSystemPackages(TEST_PACKAGES);
  await ensureTestServers();
  const given = process.argv.slice(2);
  const options = given.filter((word) => word.startsWith('-'));
  const files = given.filter((word) => !word.startsWith('-'));
  const args = ['--test', '--test-concurrency=2', '--test-reporter=spec', ...options];
  // Taking the types off and compiling is most of what a start costs, and tests start hundreds of processes.
  const env = { ...toolEnv(), NODE_COMPILE_CACHE: join(modules, '.cache', 'compiled') };
  if (files.length === 0) files.push('test/**/*.test.ts');
  mirrorExit(await runChild(suitableNode(), [...args, ...files], { cwd: root, env }));
});
