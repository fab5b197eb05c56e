// node scripts/with-modules.js FILE [ARGUMENT...]: installs what is missing, then runs FILE under a suitable Node.
import { mirrorExit, runChild } from './lib/child.js';
import { runScript } from './lib/fault.js';
import { ensureInstalled } from './lib/install.js';
import { suitableNode, toolEnv } from './lib/node.js';
import { root } from './lib/paths.js';

await runScript(async () => {
  await ensureInstalled();
  mirrorExit(await runChild(suitableNode(), process.argv.slice(2), { cwd: root, env: toolEnv() }));
});
