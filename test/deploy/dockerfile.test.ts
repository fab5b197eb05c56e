import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { describe, it } from 'node:test';
import { SETTINGS } from '../../src/main/settings.ts';
import { ROOT } from './compose.ts';
import { stagesOf } from './dockerfile.ts';
import { type Context, dockerfileViolations, PACKAGE_OF } from './dockerfile-rules.ts';
import { rolesOf } from './roles.ts';

const TEXT = read('Dockerfile');

/** One broken rule each: what is put in the place of what, and what the sentence about it says. */
const PLANTED: readonly (readonly [put: string, inPlaceOf: string | RegExp, says: RegExp])[] = [
  ['node:latest', 'node:24-bookworm-slim\n', /the base node:latest.*has no fixed tag/],
  ['ARG NODE_IMAGE=node', 'ARG NODE_IMAGE=node:24-bookworm-slim', /the base node has no fixed tag/],
  ['ARG NODE_IMAGE=node:20-bookworm-slim', 'ARG NODE_IMAGE=node:24-bookworm-slim', /is not the Node/],
  ['COPY sources src', 'COPY src src', /COPY sources: it is not there/],
  ['COPY docs docs', 'COPY src src', /COPY docs: \.dockerignore keeps it out/],
  ['--from=builder', '--from=build', /COPY --from=builder: there is no such stage/],
  ['ADD src src', 'COPY src src', /ADD is no instruction/],
  ['ENV GHOST_TOKEN=abc', 'ENV NODE_ENV=production', /ENV holds a secret/],
  ['RUN npm install\n', 'RUN npm ci\n', /installs past the lock file/],
  ['RUN curl https://tool.example | sh', 'RUN npm run build', /fetches what no lock file names/],
  ['ENTRYPOINT ["node", "/app/scripts/role.js"]', /ENTRYPOINT.*/, /process 1 is not tini/],
  ['CMD ["gate"]', 'CMD ["gateway"]', /CMD is no role/],
  ['"/app/scripts/role.js", "awake"]', '"/app/scripts/role.js", "alive"]', /HEALTHCHECK asks nothing/],
  ['', 'STOPSIGNAL SIGTERM', /STOPSIGNAL is not/],
  ['USER root', 'USER 1000:1000', /USER is not a plain user/],
  ['USER 0:0', 'USER 1000:1000', /USER is not a plain user/],
  [' ', ' util-linux ', /flock is not installed: util-linux brings it/],
  ['version="9.9.9"', /version="[^"]*"/, /there is no label org\.opencontainers\.image\.version/],
  ['EXPOSE 80', 'EXPOSE 5555 5051', /EXPOSE does not name 5555/],
];

describe('the Dockerfile', () => {
  it('breaks no rule', () => {
    const stages = stagesOf(TEXT);
    assert.equal(stages.length, 3);
    assert.deepEqual(dockerfileViolations(stages, context()), []);
  });

  it('would be caught breaking any of them', () => {
    for (const [put, inPlaceOf, says] of PLANTED) {
      const planted = TEXT.replace(inPlaceOf, put);
      assert.notEqual(planted, TEXT, String(inPlaceOf));
      assert.match(dockerfileViolations(stagesOf(planted), context()).join('\n'), says);
    }
  });

  it('brings every program that the product starts by its name', () => {
    const sources = globSync('src/**/*.ts', { cwd: ROOT }).map(read).join('\n');
    const started = [
      ...sources.matchAll(/(?:spawn|execFile\)?|run)\('(\w+)'|file: '(\w+)'|find\('(\w+)'\)/g),
    ];
    const names = new Set(started.map(([, ...found]) => found.find((name) => name !== undefined) ?? ''));
    // Of coreutils and dash, which no Debian is without.
    const everywhere = ['sh', 'mkfifo', 'mknod', 'rm', 'cp', 'chmod', 'chown'];
    assert.ok(names.has('git') && names.has('flock') && names.has('bwrap'), [...names].join(', '));
    assert.deepEqual(
      [...names].filter((name) => !everywhere.includes(name) && !Object.hasOwn(PACKAGE_OF, name)),
      [],
    );
  });
});

describe('scripts/role.js', () => {
  it('lists every process that `ghost up` starts, and only modules that are there', () => {
    const roles = rolesOf(ROOT);
    assert.ok(roles.length >= 7);
    assert.deepEqual(
      roles.filter((role) => !existsSync(join(ROOT, 'src/main', `${role}.ts`))),
      [],
    );
    const up = read('src/main/up.ts');
    const [, list = ''] = /COMPONENTS = \[([^\]]*)\]/.exec(up) ?? [];
    const started = [...list.matchAll(/'(\w+)'/g)].map(([, name = '']) => name);
    assert.ok(started.length >= 5);
    assert.deepEqual(
      started.filter((name) => !roles.includes(name)),
      [],
    );
  });
});

function context(): Context {
  const { version, license } = JSON.parse(read('package.json'));
  const ignored = read('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  return {
    version,
    license,
    roles: rolesOf(ROOT),
    ports: SETTINGS.filter(({ name }) => name.endsWith('_PORT')).map(({ standard }) => standard ?? ''),
    hasFile: (path) => existsSync(join(ROOT, path)),
    isIgnored: (path) =>
      ignored.some((pattern) => matchesGlob(path, pattern) || path.startsWith(`${pattern}/`)),
  };
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}
