import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describeExit, runChild } from './child.js';
import { Fault } from './fault.js';
import { modules, root } from './paths.js';
import { takeTurn } from './turn.js';

const RECIPE = join(root, 'scripts', 'test-servers');
const SHELF = join(modules, '.cache', 'test-servers');

/** Fetches the broker and the MongoDB wire server that tests run against, where they are not there yet. */
export async function ensureTestServers() {
  await takeTurn(root, async () => {
    for (const name of ['kafka', 'mongo']) if (!existsSync(folderOf(name))) await provide(name);
  });
}

/** Where the classes of a server are: a new recipe has a new folder, so that none is ever half of each. */
function folderOf(name) {
  const recipe = ['pom.xml', 'MongoServer.java'].map((file) => readFileSync(join(RECIPE, file)));
  const digest = createHash('sha256').update(Buffer.concat(recipe)).digest('hex');
  return join(SHELF, `${name}-${digest.slice(0, 12)}`);
}

/** The class path of a server, or undefined when it was not fetched. */
export function classPathOf(name) {
  const folder = folderOf(name);
  return existsSync(folder) ? [folder, join(folder, '*')].join(delimiter) : undefined;
}

async function provide(name) {
  const folder = folderOf(name);
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  console.error(`ghost: fetching a ${name} server for the tests, with Maven`);
  const obstacle =
    (await fetchJars(name, unfinished)) ?? (name === 'mongo' ? await compile(unfinished) : undefined);
  if (obstacle === undefined) return renameSync(unfinished, folder);
  const fault = cannotProvide(name, obstacle);
  if (process.env.CI === 'true') throw fault;
  console.error(`ghost: ${fault.message}\nghost: going on without`);
}

/** Resolves to what stood in the way, undefined when there is nothing. */
function fetchJars(name, into) {
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${into}`];
  const quiet = ['-q', '-B', '-P', name, '-f', join(RECIPE, 'pom.xml')];
  return run('mvn', [...quiet, ...goal]);
}

function compile(into) {
  return run('javac', ['-d', into, '-cp', join(into, '*'), join(RECIPE, 'MongoServer.java')]);
}

async function run(program, args) {
  try {
    const ended = await runChild(program, args, { stdio: ['ignore', 2, 2] });
    return ended.code === 0 ? undefined : `${program} ended with ${describeExit(ended)}`;
  } catch (error) {
    return error.message;
  }
}

function cannotProvide(name, got) {
  return new Fault({
    what: `cannot fetch the ${name} server that tests run against`,
    where: SHELF,
    got,
    expected: 'mvn and javac (a JDK of 17 or newer), and a Maven repository that answers',
    next: 'apt-get install maven openjdk-17-jdk-headless, then run the tests again',
  });
}
