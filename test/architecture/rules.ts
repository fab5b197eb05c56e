import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { readSource, type Source, specifiersOf, statementsOf } from './source.ts';

const BELOW_THE_EDGE = ['app', 'core', 'ports', 'platform'];

/** What each layer may import besides its own folder. `main` may import everything, and nothing imports `main`. */
export const LAYERS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  ports: ['core'],
  platform: [],
  app: ['core', 'ports', 'platform'],
  adapters: ['core', 'ports', 'platform'],
  gateway: BELOW_THE_EDGE,
  slack: BELOW_THE_EDGE,
  cli: BELOW_THE_EDGE,
  mcp: BELOW_THE_EDGE,
  dashboard: BELOW_THE_EDGE,
  workers: BELOW_THE_EDGE,
  main: [],
};

/** Where a package, or a Node module that reaches far, may be imported; `main` may import all of them. */
export const HOMES: Readonly<Record<string, readonly string[]>> = {
  '@modelcontextprotocol/node': ['mcp'],
  '@modelcontextprotocol/server': ['mcp'],
  '@platformatic/kafka': ['adapters/kafka'],
  commander: ['cli'],
  cors: ['gateway'],
  express: ['gateway', 'slack'],
  'express-rate-limit': ['gateway'],
  helmet: ['gateway'],
  ioredis: ['adapters/redis'],
  joi: ['gateway', 'slack'],
  jsonwebtoken: ['adapters/jwt'],
  mongodb: ['adapters/mongo'],
  opossum: ['platform'],
  pixelmatch: ['adapters/browser'],
  'playwright-core': ['adapters/browser'],
  pngjs: ['adapters/browser'],
  ulid: ['platform'],
  winston: ['platform'],
  'winston-daily-rotate-file': ['platform'],
  yaml: ['adapters/files'],
  'node:child_process': ['adapters/git', 'adapters/sandbox', 'platform'],
  'node:module': [],
  'node:process': [],
  'node:sqlite': ['adapters/sqlite', 'platform'],
  'node:worker_threads': ['adapters/browser', 'adapters/sqlite', 'adapters/threads'],
};

const CORE_MODULES = ['node:crypto', 'node:zlib'];

const NOT_IN_CORE: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: 'the clock', pattern: /\bDate \??\. now\b|\bperformance \??\. |\bTemporal \. Now\b/ },
  { what: 'the clock', pattern: /\bnew Date (?:\( \)|(?!\())|(?<!\bnew )(?<!\. )\bDate \(/ },
  {
    what: 'randomness',
    pattern: /\bMath \??\. random\b|\brandom(?:UUID|Bytes|Int|Fill)|\bgetRandomValues\b/,
  },
  { what: 'the process', pattern: /\bprocess (?:\??\.|\[)|\bglobalThis\b/ },
  {
    what: 'waiting',
    pattern:
      /\b(?:await|async|set(?:Timeout|Interval|Immediate)|queueMicrotask|new Promise|Promise \.)(?!\w)/,
  },
  { what: 'input or output', pattern: /\bconsole \??\. |(?<!\. )\bfetch \(/ },
];

const ENVIRONMENT_READER = 'main/config.ts';
const READS_ENVIRONMENT = /\bprocess (?:\??\. env\b|(?:\?\. )?\[)|\{[^{}]*\benv\b[^{}]*\} = process\b/;
const COMPUTED_IMPORT = /(?<!\. )\bimport \( (?!'\d)/;
const TYPE_STATEMENT = /^(?:(?:import|export) type|(?:export )?(?:interface|declare)|type) /;

/** A sentence for every rule that a file breaks. `file` is relative to `src`, with `/` between folders. */
export function violationsOf(file: string, text: string): string[] {
  const layer = layerOf(file);
  if (!layer)
    return [`${file} is in no layer: it must be in one of ${Object.keys(LAYERS).join(', ')} (adapters/X)`];
  const source = readSource(text);
  const imports = specifiersOf(source).map((specifier) => importViolation(file, specifier));
  return [...imports, ...environmentViolations(file, source), ...contentViolations(file, source)].filter(
    (sentence) => sentence !== undefined,
  );
}

/** `core`, `gateway`, `adapters/git`; undefined for a file outside all of them. */
function layerOf(file: string): string | undefined {
  const [first = '', ...rest] = file.split('/');
  if (!Object.hasOwn(LAYERS, first)) return undefined;
  if (first !== 'adapters') return rest.length > 0 ? first : undefined;
  return rest.length > 1 ? `adapters/${rest[0]}` : undefined;
}

function importViolation(file: string, specifier: string): string | undefined {
  const name = canonicalName(specifier);
  const reason = specifier.startsWith('.')
    ? layerReason(file, posix.join(posix.dirname(file), specifier))
    : moduleReason(file, name);
  return reason && `${file} imports ${specifier}: ${reason}`;
}

function layerReason(file: string, target: string): string | undefined {
  const [from, to] = [layerOf(file) ?? '', layerOf(target)];
  if (from === 'main' || from === to) return undefined;
  if (!to) return `${target} is in no layer of src`;
  if (to === 'main') return 'nothing imports main';
  const kind = from.split('/')[0] ?? '';
  if (kind === 'adapters' && to.startsWith('adapters/')) return 'an adapter does not know its siblings';
  const allowed = LAYERS[kind] ?? [];
  return allowed.includes(to) ? undefined : `${kind} may import ${[kind, ...allowed].join(', ')} only`;
}

function moduleReason(file: string, name: string): string | undefined {
  const layer = layerOf(file) ?? '';
  if (layer === 'main') return undefined;
  if (layer === 'core' && !CORE_MODULES.includes(name)) {
    return `core may import core, ${CORE_MODULES.join(', ')} only`;
  }
  if (layer === 'ports') return 'ports may import core and ports only';
  const homes = HOMES[name];
  if (homes) return homes.includes(layer) ? undefined : `its home is ${[...homes, 'main'].join(', ')}`;
  return isBuiltin(name)
    ? undefined
    : `${name} has no home folder; give it one in test/architecture/rules.ts`;
}

/** `node:fs` for `fs/promises`, `@scope/name` for `@scope/name/part`. */
function canonicalName(specifier: string): string {
  const parts = specifier.split('/');
  const name = parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
  return isBuiltin(name) && !name.startsWith('node:') ? `node:${name}` : name;
}

function environmentViolations(file: string, { code }: Source): string[] {
  if (file === ENVIRONMENT_READER || !READS_ENVIRONMENT.test(code)) return [];
  return [`${file} reads process.env: only ${ENVIRONMENT_READER} reads the environment`];
}

function contentViolations(file: string, source: Source): string[] {
  const sentences: string[] = [];
  const layer = layerOf(file);
  if (layer !== 'main' && COMPUTED_IMPORT.test(source.code)) {
    sentences.push(`${file} imports a computed name: only main chooses what to load`);
  }
  if (layer === 'core') sentences.push(...impurities(file, source));
  if (layer === 'ports') sentences.push(...codeInPort(file, source));
  return sentences;
}

function impurities(file: string, { code }: Source): string[] {
  return NOT_IN_CORE.flatMap(({ what, pattern }) => {
    const found = pattern.exec(code)?.[0].trim();
    return found ? [`${file} contains \`${found}\`: core takes no part in ${what}`] : [];
  });
}

function codeInPort(file: string, source: Source): string[] {
  const stray = statementsOf(source).filter((statement) => !TYPE_STATEMENT.test(statement));
  return stray.map(
    (statement) => `${file} contains \`${statement.slice(0, 40)}\`: ports hold types and no code`,
  );
}
