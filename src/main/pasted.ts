import { isAbsolute, join, relative } from 'node:path';
import type { Config } from './config.ts';

/** Commands to be pasted into the shell that started us, from the folder it stood in. */
export function commandFor(
  config: Config,
  place: { readonly cwd: string; readonly homeFromEnvironment: boolean },
  words: readonly string[],
): string {
  const program = shorter(place.cwd, join(config.packageRoot, 'bin', 'ghost'));
  const home = place.homeFromEnvironment ? `GHOST_HOME=${quote(config.home.root)} ` : '';
  return `${home}${[program, ...words].map(quote).join(' ')}`;
}

/** Relative to the working directory where it lies below it, else absolute. */
export function shorter(cwd: string, path: string): string {
  const near = relative(cwd, path);
  return near === '' || near.startsWith('..') || isAbsolute(near) ? path : near;
}

/** One word of a POSIX shell. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
