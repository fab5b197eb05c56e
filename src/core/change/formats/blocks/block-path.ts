import type { Path } from '../../../git.ts';
import { shown } from '../data/located.ts';
import { type Field, pathNamed, type Reading, textOf } from '../data/reading.ts';

/**
 * The path that an old block names. An absolute one is taken below the folder that the workspace was registered with,
 * and nowhere else. Null with a fault.
 */
export function blockPath(field: Field, hint: string, reading: Reading): Path | null {
  const text = textOf(field, { empty: 'not empty', expected: 'a path', hint }, reading);
  if (text === null) return null;
  if (text.startsWith('~') || text.startsWith('$')) return unexpanded(field, text, reading);
  if (!text.startsWith('/')) return pathNamed(field, text, reading);
  const inside = reading.root === null ? null : below(reading.root, text);
  if (inside === null) return outside(field, text, reading);
  reading.note("absolute paths were taken relative to the workspace's folder");
  return pathNamed(field, inside, reading);
}

function below(root: string, path: string): string | null {
  const folder = root.endsWith('/') ? root : `${root}/`;
  return path.startsWith(folder) ? path.slice(folder.length) : null;
}

function outside(field: Field, text: string, reading: Reading): null {
  const why =
    reading.root === null
      ? 'it is absolute, and this workspace has no folder of its own that it could lie in'
      : "it is absolute and not below the folder that this workspace's repository is registered with";
  reading.fault('path_refused', field, {
    message: `Field ${field.at} names ${shown(text)}: ${why}.`,
    hint: 'Name the file relative to the top of the repository. Files outside it are never written.',
  });
  return null;
}

function unexpanded(field: Field, text: string, reading: Reading): null {
  reading.fault('path_refused', field, {
    message: `Field ${field.at} names ${shown(text)}: no shell expands paths here.`,
    hint: 'Name the file relative to the top of the repository.',
  });
  return null;
}
