import { classPathOf } from '../../../scripts/lib/test-servers.js';

/** Where the classes of a server are that the tests fetched; null where they could not. */
export function classPath(name: 'kafka' | 'mongo'): string | null {
  return classPathOf(name) ?? null;
}
