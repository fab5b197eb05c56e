import { readFile } from 'node:fs/promises';

/** A line of git's credential store; in user and password everything but letters, digits and a few signs is encoded. */
const LINE = /^[a-z][a-z0-9+.-]*:\/\/([^:@/\s]*)(?::([^@/\s]*))?@/gim;

/** Shorter ones are words that others use as well, the name of a branch for one. */
const SHORTEST = 8;

/** What a file of git's credential store keeps secret, as it stands there and as it is sent; user names may be tokens. */
export async function secretsIn(file: string | null): Promise<readonly string[]> {
  if (file === null) return [];
  const text = await readFile(file, 'utf8').catch(() => '');
  const found = [...text.matchAll(LINE)].flatMap(([, user = '', password = '']) => [
    ...[password, decoded(password)],
    ...(isTokenLike(user) ? [user, decoded(user)] : []),
  ]);
  return [...new Set(found.filter(({ length }) => length >= SHORTEST))].sort((a, b) => b.length - a.length);
}

/** The text without them, whoever said them: a server may echo what it was sent. */
export function strike(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
}

function isTokenLike(user: string): boolean {
  return user.length >= 20 && !/\.|@|%40/.test(user);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
