// npm test: installs what is missing, then runs all tests, or the files (and node --test options) given as arguments.
// The test runner's summary stays the last thing printed.
import { mirrorExit, runChild } from './lib/child.js';
import { runScript } from './lib/fault.js';
import { ensureInstalled } from './lib/install.js';
import { suitableNode, toolEnv } from './lib/node.js';
import { root } from './lib/paths.js';
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
  if (files.length === 0) files.push('test/**/*.test.ts');
  mirrorExit(await runChild(suitableNode(), [...args, ...files], { cwd: root, env: toolEnv() }));
});
