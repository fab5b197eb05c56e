import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout: the package root, never the current directory. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export const modules = join(root, 'node_modules');
