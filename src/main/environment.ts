import { readFileSync } from 'node:fs';
import { fail } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import { parseDuration } from '../platform/duration.ts';
import { type Secret, secret } from '../platform/secret.ts';
import { REPLACED, SETTINGS } from './settings.ts';

/** The variables of the environment that are ours, read strictly. An empty one counts as not set. */
export interface Environment {
  text(name: string): string | null;
  port(name: string): number;
  count(name: string): number;
  durationMs(name: string): number;
  choice<T extends string>(name: string, choices: readonly T[]): T;
  list(name: string): readonly string[];
  url(name: string, schemes: readonly string[]): URL | null;
  /** A URL that may hold a password and, for MongoDB, several hosts; from the variable or the file that `NAME_FILE` names. */
  connection(name: string, schemes: readonly string[]): Secret | null;
  /** What is in the file that the variable names. */
  contents(name: string): string | null;
  /** From the variable, or from the file that `NAME_FILE` names. */
  secret(name: string): Secret | null;
}

const STANDARDS: ReadonlyMap<string, string | null> = new Map(
  SETTINGS.map(({ name, standard }) => [name, standard]),
);

const HOST = /^(?:[\w.-]+|\[[\da-fA-F:.]+\])(?::\d{1,5})?$/;

/** @throws GhostError config_invalid, for a variable of ours that nobody reads */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  refuseUnknown(Object.keys(variables));
  const text = (name: string) => variables[name]?.trim() || (STANDARDS.get(name) ?? null);
  const own: Environment = {
    text,
    port: (name) => readNumber({ name, text: text(name), most: 65_535, what: 'a port from 0 to 65535' }),
    count: (name) =>
      readNumber({ name, text: text(name), most: 1_000_000, what: 'a whole number up to 1000000' }),
    durationMs: (name) => readDuration(name, text(name)),
    choice: (name, choices) => readChoice(name, text(name), choices),
    list: (name) =>
      (text(name) ?? '')
        .split(',')
        .map((item) => item.trim())
        .filter(Boolean),
    url: (name, schemes) => readUrl(name, text(name), schemes),
    connection: (name, schemes) => readConnection(name, own.secret(name), schemes),
    contents: (name) => readNamedFile(name, text(name)),
    secret: (name) => readSecret(name, { value: text(name), file: text(`${name}_FILE`) }),
  };
  return own;
}

function refuseUnknown(names: readonly string[]): void {
  const unknown = names.find((name) => name.startsWith('GHOST_') && !STANDARDS.has(name));
  if (unknown === undefined) return;
  const meant = REPLACED.get(unknown) ?? nearest(unknown, [...STANDARDS.keys()]);
  throw invalid(unknown, 'no setting of Ghost', meant ?? 'one of docs/configuration.md');
}

interface NumberSetting {
  readonly name: string;
  readonly text: string | null;
  readonly most: number;
  readonly what: string;
}

function readNumber({ name, text, most, what }: NumberSetting): number {
  const number = /^\d{1,9}$/.test(text ?? '') ? Number(text) : Number.NaN;
  if (!(number <= most)) throw invalid(name, text ?? 'not set', what);
  return number;
}

function readDuration(name: string, text: string | null): number {
  const ms = parseDuration(text ?? '');
  if (ms === null) throw invalid(name, text ?? 'not set', 'a duration such as 500ms, 10s, 5m or 1h');
  return ms;
}

function readChoice<T extends string>(name: string, text: string | null, choices: readonly T[]): T {
  const chosen = choices.find((choice) => choice === text);
  if (chosen === undefined) throw invalid(name, text ?? 'not set', choices.join(', '));
  return chosen;
}

function readUrl(name: string, text: string | null, schemes: readonly string[]): URL | null {
  if (text === null) return null;
  const expected = schemes.map((scheme) => `${scheme}://HOST`).join(' or ');
  // What was given is not repeated: it may hold a password.
  if (!URL.canParse(text)) throw invalid(name, 'no URL', expected);
  const url = new URL(text);
  if (!schemes.includes(url.protocol.slice(0, -1))) throw invalid(name, `a ${url.protocol} URL`, expected);
  return url;
}

function readConnection(name: string, url: Secret | null, schemes: readonly string[]): Secret | null {
  if (url === null) return null;
  const text = url.expose();
  const scheme = schemes.find((one) => text.startsWith(`${one}://`));
  const expected = schemes.map((one) => `${one}://HOST`).join(' or ');
  if (scheme === undefined) throw invalid(name, 'something else', expected);
  const rest = text.slice(scheme.length + 3);
  const [authority = ''] = rest.split(/[/?#]/);
  const [hosts = '', ...logins] = authority.split('@').reverse();
  // The rest of a password with such a character would be taken for a host, and told as one.
  const isTorn = rest.indexOf('@', authority.length) >= 0;
  if (isTorn || logins.length > 1 || !hosts.split(',').every((host) => HOST.test(host))) {
    throw invalid(name, 'no URL', `${expected}, with each @ : / ? # of a password percent-encoded`);
  }
  return url;
}

function readSecret(name: string, given: { value: string | null; file: string | null }): Secret | null {
  if (given.value !== null && given.file !== null) {
    throw invalid(name, `set beside ${name}_FILE`, 'only one of the two');
  }
  const value = given.file === null ? given.value : readNamedFile(`${name}_FILE`, given.file);
  return value === null ? null : secret(value);
}

function readNamedFile(name: string, file: string | null): string | null {
  if (file === null) return null;
  try {
    const value = readFileSync(file, 'utf8').trim();
    if (value !== '') return value;
  } catch (error) {
    throw invalid(name, error instanceof Error ? error.message : String(error), 'a readable file');
  }
  throw invalid(name, 'an empty file', 'a file that is not empty');
}

function invalid(setting: string, got: string, expected: string) {
  return fail('config_invalid', { setting, got, expected });
}
