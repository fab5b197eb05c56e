// npm run check: what can be said about the code without running it. Every part runs, also after a failed one.
import { performance } from 'node:perf_hooks';
import { describeExit, runChild } from './lib/child.js';
import { runScript } from './lib/fault.js';
import { ensureInstalled } from './lib/install.js';
import { toolEnv } from './lib/node.js';
import { root } from './lib/paths.js';

// Biome colours its output for a pipe, too.
const colours = process.stdout.isTTY ? 'force' : 'off';

const PARTS = [
  { name: 'types', command: ['tsc', '--noEmit'] },
  { name: 'lint and format', command: ['biome', 'ci', '--error-on-warnings', `--colors=${colours}`] },
  { name: 'dead code', command: ['knip'] },
  { name: 'architecture', command: ['node', '--test', 'test/architecture.test.ts'] },
];

await runScript(async () => {
  await ensureInstalled();
  const results = [];
  for (const part of PARTS) results.push(await runPart(part));
  for (const line of results.map(resultLine)) console.log(line);
  process.exitCode = results.every(({ ended }) => ended.code === 0) ? 0 : 1;
});

async function runPart({ name, command: [program, ...args] }) {
  console.log(`\n== ${name}: ${[program, ...args].join(' ')}`);
  const startedMs = performance.now();
  const ended = await runChild(program, args, { cwd: root, env: toolEnv() });
  return { name, ended, durationMs: performance.now() - startedMs };
}

function resultLine({ name, ended, durationMs }) {
  const outcome = ended.code === 0 ? 'ok' : `failed (${describeExit(ended)})`;
  return `${name.padEnd(16)} ${(durationMs / 1000).toFixed(1).padStart(6)} s  ${outcome}`;
}
