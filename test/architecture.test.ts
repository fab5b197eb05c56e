import assert from 'node:assert/strict';
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { HOMES, LAYERS, violationsOf } from './architecture/rules.ts';
import { readSource, specifiersOf } from './architecture/source.ts';

const ROOT = join(import.meta.dirname, '..');
const SRC = join(ROOT, 'src');
const FEWEST_FILES = 20;

/** One broken rule each: a file, its text, and what the sentence about it says. */
const PLANTED: readonly (readonly [file: string, text: string, says: RegExp])[] = [
  ['helpers.ts', '', /helpers\.ts is in no layer/],
  ['utils/text.ts', '', /in no layer/],
  ['adapters/shared.ts', '', /in no layer/],
  [
    'core/patch/patch.ts',
    "import { x } from '../../adapters/sqlite/ledger.ts';",
    /core may import core only/,
  ],
  [
    'core/patch/patch.ts',
    "import type { Ledger } from '../../ports/ledger.ts';",
    /core may import core only/,
  ],
  ['core/patch/patch.ts', "import { readFileSync } from 'node:fs';", /core may import core, node:crypto/],
  ['core/patch/patch.ts', "import { ulid } from 'ulid';", /core may import core, node:crypto/],
  [
    'ports/ledger.ts',
    "import type { Clock } from '../platform/clock.ts';",
    /ports may import ports, core only/,
  ],
  ['ports/ledger.ts', "import type { Stats } from 'node:fs';", /ports may import core and ports only/],
  [
    'platform/clock.ts',
    "import type { Patch } from '../core/patch/patch.ts';",
    /platform may import platform only/,
  ],
  ['app/land.ts', "export * from '../gateway/problem.ts';", /app may import app, core, ports, platform only/],
  ['app/land.ts', "const git = await import('../adapters/git/repository.ts');", /app may import/],
  ['app/land.ts', "type Config = import('../main/config.ts').Config;", /nothing imports main/],
  [
    'app/land.ts',
    "export { ROOT } from '../../scripts/lib/paths.js';",
    /scripts\/lib\/paths\.js is in no layer/,
  ],
  [
    'app/land.ts',
    "new Worker(new URL('../adapters/sqlite/ledger-thread.ts', import.meta.url));",
    /app may import/,
  ],
  ['adapters/redis/lease.ts', "import '../sqlite/database.ts';", /does not know its siblings/],
  ['adapters/redis/lease.ts', "import '../../app/land.ts';", /adapters may import/],
  ['gateway/app.ts', "import { words } from '../slack/words.ts';", /gateway may import/],
  ['slack/blocks.ts', "import { app } from '../gateway/app.ts';", /slack may import/],
  ['cli/print.ts', "import { git } from '../adapters/git/repository.ts';", /cli may import/],
  ['mcp/server.ts', "import { print } from '../cli/print.ts';", /mcp may import/],
  ['dashboard/page.ts', "import { app } from '../gateway/app.ts';", /dashboard may import/],
  ['workers/runner/loop.ts', "import { page } from '../../dashboard/page.ts';", /workers may import/],
  ['gateway/app.ts', "import leftPad from 'left-pad';", /left-pad has no home folder/],
  ['gateway/app.ts', "import x from '@scope/name/part';", /@scope\/name has no home folder/],
  ['app/land.ts', "import { spawn } from 'child_process';", /its home is adapters\/git/],
  ['app/land.ts', "import { env } from 'node:process';", /its home is main/],
  ['app/land.ts', "import { createRequire } from 'node:module';", /its home is main/],
  ['app/land.ts', 'const all = await import(`./${name}.ts`);', /a computed name/],
  ['app/land.ts', 'const home = process.env.HOME;', /only main\/config\.ts reads the environment/],
  ['main/wire.ts', "const home = process['env'].HOME;", /only main\/config\.ts/],
  ['main/wire.ts', 'const { argv, env } = process;', /only main\/config\.ts/],
  ...['Date.now()', 'new Date()', 'new Date', 'Date()', 'performance.now()'].map(inCore('the clock')),
  ...['Math.random()', 'randomUUID()', 'crypto.randomBytes(8)'].map(inCore('randomness')),
  ...['process.pid', "globalThis['x']", '`${process.pid}`'].map(inCore('the process')),
  ...['async () => 1', 'Promise.resolve(1)', 'new Promise(f)', 'setTimeout(f, 1)'].map(inCore('waiting')),
  ...['console.log(1)', "fetch('x')"].map(inCore('input or output')),
  ['core/patch/patch.ts', 'export const x = 1;\nawait f();', /`await`: core takes no part in waiting/],
  ...[
    'export const FIRST = 1;',
    'export function first(): void {}',
    'export type A = { a: 1 };\nfunction first() {}',
    'export interface A { a: 1 }\nexport abstract class First {}',
    'Object.freeze({});',
    "import { A } from '../core/a.ts';",
    "import { type A } from '../core/a.ts';",
    "export * from '../core/a.ts';",
    'export enum Mode { A }',
  ].map((text) => ['ports/ledger.ts', text, /ports hold types and no code/] as const),
];

function inCore(what: string) {
  return (expression: string) =>
    [
      'core/patch/patch.ts',
      `export const x = ${expression};`,
      new RegExp(`core takes no part in ${what}`),
    ] as const;
}

/** Files that break no rule, each with something that looks as if it did. */
const HARMLESS: readonly (readonly [file: string, text: string])[] = [
  ['core/digest.ts', "import { createHash } from 'node:crypto';\nimport { inflateSync } from 'zlib';"],
  [
    'core/digest.ts',
    "// Date.now() and import 'node:fs'\n/* process.env */ const x = 'await Math.random()';",
  ],
  [
    'core/digest.ts',
    'const at = (ms: number) => new Date(ms).getTime(); const quote = /["\'`]/; const y = a / b / c;',
  ],
  ['core/digest.ts', 'const x = `await ${`process.exit ${1}`} async`;'],
  ['core/gate/gate.ts', "import { x } from '../patch/patch.ts';"],
  [
    'ports/ledger.ts',
    "import type { A } from '../core/a.ts';\nexport type { A };\ndeclare const brand: unique symbol;",
  ],
  [
    'ports/ledger.ts',
    'export type F<A> = A extends { a: 1 } ? (a: A) => Promise<void> : { b: 2 } | { class: 3 };',
  ],
  [
    'adapters/redis/lease.ts',
    "import { Redis } from 'ioredis';\nimport '../../ports/leaser.ts';\nimport './keys.ts';",
  ],
  ['gateway/app.ts', "import express from 'express';\nimport { readFile } from 'node:fs/promises';"],
  [
    'gateway/app.ts',
    "Array.from('x'); registry.import('left-pad'); new URL('./page.html', import.meta.url);",
  ],
  ['main/wire.ts', "import 'mongodb';\nimport '../adapters/git/repository.ts';\nawait import(name);"],
  ['main/config.ts', 'export const environment = process.env;'],
];

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, text: readFileSync(join(SRC, name), 'utf8') }));

describe('architecture', () => {
  it('every file of src keeps the rules', () => {
    assert.deepEqual(
      files.flatMap(({ name, text }) => violationsOf(name, text)),
      [],
    );
  });

  it('every planted violation is found, alone, and named', () => {
    for (const [file, text, says] of PLANTED) {
      const sentences = violationsOf(file, text);
      assert.equal(sentences.length, 1, `${file}: ${text} gave ${JSON.stringify(sentences)}`);
      assert.match(sentences[0] ?? '', says);
      assert.ok(sentences[0]?.startsWith(file));
    }
  });

  it('nothing is found where no rule is broken', () => {
    for (const [file, text] of HARMLESS) assert.deepEqual(violationsOf(file, text), [], text);
  });

  it('the whole tree was read', () => {
    const everything = globSync('src/**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}', { cwd: ROOT });
    assert.equal(files.length, everything.length, 'src holds code that is not a .ts file');
    assert.ok(
      files.length >= FEWEST_FILES,
      `src has ${files.length} files, expected at least ${FEWEST_FILES}`,
    );
  });

  it('every import statement was read', () => {
    for (const { name, text } of files) {
      const statements = text.match(/^(?:import\b|export .* from ')/gm) ?? [];
      const found = specifiersOf(readSource(text));
      assert.ok(
        found.length >= statements.length,
        `${name}: ${statements.length} statements, ${found.length} found`,
      );
    }
  });

  it('every dependency has a home, every home belongs to a dependency or to Node, and to a layer', () => {
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const packages = Object.keys(HOMES).filter((name) => !name.startsWith('node:'));
    assert.deepEqual(packages.toSorted(), Object.keys(dependencies).toSorted());
    const layers = Object.values(HOMES).flatMap((homes) => homes.map((home) => home.split('/')[0] ?? ''));
    assert.deepEqual(
      layers.filter((layer) => !Object.hasOwn(LAYERS, layer)),
      [],
    );
  });
});
