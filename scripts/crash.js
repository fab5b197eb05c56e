// npm run crash: installs what is missing, then runs scripts/crash/main.ts under a suitable Node.
import { join } from 'node:path';
import { mirrorExit, runChild } from './lib/child.js';
import { runScript } from './lib/fault.js';
import { ensureInstalled } from './lib/install.js';
import { suitableNode, toolEnv } from './lib/node.js';
import { root } from './lib/paths.js';
import { ensureSystemPackages, TEST_PACKAGES } from './lib/system-packages.js';

await runScript(async () => {
  await ensureInstalled();
  await ensureSystemPackages(TEST_PACKAGES);
  const args = [join(root, 'scripts', 'crash', 'main.ts'), ...process.argv.slice(2)];
  mirrorExit(await runChild(suitableNode(), args, { cwd: root, env: toolEnv() }));
});
