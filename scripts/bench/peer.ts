import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gitBytes, gitText } from '../soak/history.ts';

/** A checked-out clone in which git itself applies and commits patches. */
export interface Peer {
  readonly name: string;
  /** Milliseconds for `git apply --index` and `git commit`, each a child process. */
  land(patch: string): number;
  tree(): string;
}

const DURABLE = ['-c', 'core.fsync=committed,reference', '-c', 'core.fsyncMethod=fsync'];

export function makePeer(
  folder: string,
  gitDir: string,
  { name, durable }: { readonly name: string; readonly durable: boolean },
): Peer {
  const clone = join(folder, name.replaceAll(' ', '-'));
  gitBytes(folder, ['clone', '-q', '--no-hardlinks', gitDir, clone]);
  // What git would do now and then in the background is left out of its time.
  gitBytes(clone, ['config', 'gc.auto', '0']);
  gitBytes(clone, ['config', 'maintenance.auto', 'false']);
  const file = join(folder, `${name}.diff`);
  return {
    name,
    land: (patch) => {
      writeFileSync(file, patch);
      const began = performance.now();
      run(clone, [...(durable ? DURABLE : []), 'apply', '--index', file]);
      run(clone, [...(durable ? DURABLE : []), 'commit', '-q', '-m', 'A patch']);
      return performance.now() - began;
    },
    tree: () => gitText(clone, ['rev-parse', 'HEAD^{tree}']),
  };
}

function run(directory: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync('git', args, {
    cwd: directory,
    env: {
      PATH: '/usr/local/bin:/usr/bin:/bin',
      HOME: '/nonexistent',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_NAME: 'A',
      GIT_AUTHOR_EMAIL: 'a@example.org',
      GIT_COMMITTER_NAME: 'A',
      GIT_COMMITTER_EMAIL: 'a@example.org',
    },
  });
  if (status !== 0) throw new Error(`git ${args.join(' ')} ended with ${status}: ${stderr}`);
}
