import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Of this Ghost, as its package says. */
export function versionOf(packageRoot: string): string {
  const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
  return String(version);
}
