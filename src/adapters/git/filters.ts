import type { GitPlace } from './environment.ts';
import { configOf } from './facts.ts';
import { gitFailed } from './run-git.ts';

/**
 * Environment that overrides every filter driver of the repository's configuration by one that does nothing. Through
 * GIT_CONFIG_COUNT and not `-c`, because a driver's name may hold `=` and anything else.
 * @throws GhostError git_failed for a name that cannot be passed on exactly
 */
export async function silencedFilters(place: GitPlace): Promise<Record<string, string>> {
  const names = new Set(
    (await configOf(place, '^filter\\.')).map((key) => key.slice('filter.'.length, key.lastIndexOf('.'))),
  );
  const settings = [...names].flatMap((name) => {
    if (name.includes('\ufffd')) {
      throw gitFailed('config', { exitCode: null, stderr: 'a filter has a name that is not UTF-8' });
    }
    return [
      [`filter.${name}.clean`, ''],
      [`filter.${name}.smudge`, ''],
      [`filter.${name}.process`, ''],
      [`filter.${name}.required`, 'false'],
    ] as const;
  });
  const environment: Record<string, string> = { GIT_CONFIG_COUNT: String(settings.length) };
  for (const [at, [key, value]] of settings.entries()) {
    environment[`GIT_CONFIG_KEY_${at}`] = key;
    environment[`GIT_CONFIG_VALUE_${at}`] = value;
  }
  return environment;
}
