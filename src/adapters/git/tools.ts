import { fail } from '../../core/errors.ts';
import { gitEnvironment } from './environment.ts';
import { runTool } from './run-git.ts';

/** `cat-file --batch-command` and `core.fsync=reference` came with 2.36. */
const OLDEST = [2, 36] as const;

/** As they tell their versions. */
export interface Tools {
  readonly git: string;
  readonly flock: string;
}

/** @throws GhostError start_failed: git is missing or too old, or there is no flock(1), without which nothing may write */
export async function requireTools(searchPath: string): Promise<Tools> {
  const git = await versionOf('git', searchPath);
  const [, major, minor] = /git version (\d+)\.(\d+)/.exec(git) ?? [];
  const [oldestMajor, oldestMinor] = OLDEST;
  const newer =
    Number(major) > oldestMajor || (Number(major) === oldestMajor && Number(minor) >= oldestMinor);
  if (!newer) throw missing(`git ${OLDEST.join('.')} or newer is needed, found ${major}.${minor}`);
  const flock = await versionOf('flock', searchPath);
  if (!flock.includes('util-linux')) {
    throw missing('flock of util-linux is needed to keep two writers apart (Linux only)');
  }
  return { git, flock };
}

async function versionOf(file: string, searchPath: string): Promise<string> {
  const tool = { file, args: ['--version'], name: `${file} --version` };
  try {
    const { stdout } = await runTool(tool, { environment: gitEnvironment({ searchPath }) });
    return stdout.toString('utf8').trim();
  } catch (error) {
    throw missing(
      `${file} was not found in ${searchPath}: ${error instanceof Error ? error.message : error}`,
    );
  }
}

function missing(problem: string): Error {
  return fail('start_failed', { what: 'the git adapter', problem });
}
