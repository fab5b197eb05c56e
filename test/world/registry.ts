import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { temporaryFolder, write } from './git.ts';

/** A registry of packages on this machine, with one that is named `demo`. */
export interface TestRegistry {
  readonly url: string;
  /** Of the one version, 1.0.0. */
  readonly integrity: string;
  /** Paths that were asked for. */
  readonly asked: readonly string[];
  /** What it answers from now on. */
  mode: 'serving' | 'broken' | 'lying';
  close(): void;
}

export async function aRegistry(): Promise<TestRegistry> {
  const tarball = packed();
  const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
  const asked: string[] = [];
  const registry = { mode: 'serving' as TestRegistry['mode'] };
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (registry.mode === 'broken') response.writeHead(503).end();
    else if (request.url === '/demo') response.end(JSON.stringify(described(integrity)));
    else if (request.url !== '/demo/-/demo-1.0.0.tgz') response.writeHead(404).end('{}');
    else response.end(registry.mode === 'lying' ? packed('exports.value = 13;\n') : tarball);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return Object.assign(registry, { url, integrity, asked, close: () => void server.close() });
}

function described(integrity: string): object {
  const dist = { integrity, tarball: 'https://registry.invalid/demo/-/demo-1.0.0.tgz' };
  const only = { name: 'demo', version: '1.0.0', dist };
  return { name: 'demo', 'dist-tags': { latest: '1.0.0' }, versions: { '1.0.0': only } };
}

/** Its script would leave a mark if anything ran it. */
function packed(code = 'exports.value = 42;\n'): Buffer {
  const folder = temporaryFolder('package');
  const manifest = {
    name: 'demo',
    version: '1.0.0',
    bin: { demo: 'cli.js' },
    scripts: { install: 'touch ran' },
  };
  write(folder, {
    'package/package.json': JSON.stringify(manifest),
    'package/index.js': code,
    'package/cli.js': '#!/usr/bin/env node\nconsole.log("bin", require("./index.js").value);\n',
  });
  execFileSync('tar', ['-czf', 'demo.tgz', 'package'], { cwd: folder });
  return readFileSync(join(folder, 'demo.tgz'));
}

/** The two files of a project that needs `demo`. */
export function projectFiles(integrity: string, changed: object = {}): Readonly<Record<string, string>> {
  const dependencies = { demo: '1.0.0' };
  const project = { name: 'project', version: '1.0.0' };
  const lock = {
    ...project,
    ...{ lockfileVersion: 3, requires: true },
    packages: {
      '': { ...project, dependencies },
      'node_modules/demo': {
        ...{ version: '1.0.0', integrity, hasInstallScript: true, bin: { demo: 'cli.js' } },
        // A host that does not exist: only the one that the operator names is asked.
        resolved: 'https://registry.invalid/demo/-/demo-1.0.0.tgz',
        ...changed,
      },
    },
  };
  return {
    'package.json': `${JSON.stringify({ ...project, dependencies, scripts: { test: 'exit 1' } }, null, 2)}\n`,
    'package-lock.json': `${JSON.stringify(lock, null, 2)}\n`,
  };
}
