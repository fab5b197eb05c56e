import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The roles that `scripts/role.js` lists. */
export function rolesOf(root: string): readonly string[] {
  const text = readFileSync(join(root, 'scripts/role.js'), 'utf8');
  const [, list = ''] = /^const ROLES = \[([^\]]*)\];$/m.exec(text) ?? [];
  return [...list.matchAll(/'([\w-]+)'/g)].map(([, role = '']) => role);
}
