import { join } from 'node:path';
import { mirrorExit, runChild } from './child.js';
import { runScript } from './fault.js';
import { root } from './paths.js';

/**
 * The whole of a script that is another name for one command: `--help` tells which, everything else goes to
 * `bin/ghost` behind `words`, and the exit code is the command's.
 * @param {{name: string, words: string[], purpose: string, usage: string}} alias
 */
export function callGhost({ name, words, purpose, usage }) {
  const given = process.argv.slice(2);
  if (given.includes('--help') || given.includes('-h')) {
    process.stdout.write(
      `Usage: node scripts/${name} ${usage}\n\n${purpose}\nThe same as: ghost ${words.join(' ')} ${usage}\n`,
    );
    return;
  }
  return runScript(async () => {
    mirrorExit(await runChild(process.execPath, [join(root, 'bin', 'ghost'), ...words, ...given]));
  });
}
