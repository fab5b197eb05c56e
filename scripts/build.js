// npm run build: dist from src, from nothing each time so that no file of a deleted source stays behind.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { mirrorExit, runChild } from './lib/child.js';
import { runScript } from './lib/fault.js';
import { ensureInstalled } from './lib/install.js';
import { toolEnv } from './lib/node.js';
import { root } from './lib/paths.js';

await runScript(async () => {
  await ensureInstalled();
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  mirrorExit(await runChild('tsc', ['-p', 'tsconfig.build.json'], { cwd: root, env: toolEnv() }));
});
