import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { mirrorExit, runChild } from './child.js';
import { runScript } from './fault.js';
import { ensureInstalled, isInstalled } from './install.js';
import { isSuitable, packagedNode, suitableNode } from './node.js';
import { root } from './paths.js';

const builtCli = join(root, 'dist', 'main', 'cli.js');
const sourceCli = join(root, 'src', 'main', 'cli.ts');

/** What `bin/ghost` does: runs the command line under a Node that can, installing it first where there is none. */
export function launch(argv) {
  return runScript(async () => {
    if (!isSuitable() && existsSync(packagedNode)) return reexecute(argv);
    if (asksForVersion(argv)) return printVersion(argv);
    if (!isInstalled()) await ensureInstalled();
    if (!isSuitable()) return reexecute(argv);
    process.exitCode = await runCli(argv);
  });
}

async function reexecute(argv) {
  mirrorExit(await runChild(suitableNode(), [join(root, 'bin', 'ghost'), ...argv]));
}

async function runCli(argv) {
  const { main } = await import(pathToFileURL(existsSync(builtCli) ? builtCli : sourceCli).href);
  return main(argv);
}

function asksForVersion(argv) {
  const words = argv.filter((word) => word !== '--json');
  return words.length === 1 && ['version', '--version'].includes(words[0]);
}

function printVersion(argv) {
  const facts = {
    version: JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version,
    node: process.versions.node,
    sqlite: process.versions.sqlite ?? null,
    source: existsSync(builtCli) ? 'dist' : 'src',
  };
  process.stdout.write(`${argv.includes('--json') ? JSON.stringify(facts) : versionLine(facts)}\n`);
}

function versionLine({ version, node, sqlite, source }) {
  return `ghost ${version} (node ${node}, sqlite ${sqlite ?? 'none'}, from ${source})`;
}
