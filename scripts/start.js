// npm start: installs what is missing, then `ghost up` in the foreground. Further arguments go to `ghost up`.
import { join } from 'node:path';
import { mirrorExit, runChild } from './lib/child.js';
import { runScript } from './lib/fault.js';
import { ensureInstalled } from './lib/install.js';
import { suitableNode } from './lib/node.js';
import { root } from './lib/paths.js';

await runScript(async () => {
  await ensureInstalled();
  const args = [join(root, 'bin', 'ghost'), 'up', ...process.argv.slice(2)];
  mirrorExit(await runChild(suitableNode(), args));
});
