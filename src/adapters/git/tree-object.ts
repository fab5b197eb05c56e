/** One entry as git stores it; `name` is bytes as latin1. Unusual modes (100664) are kept as they are. */
export interface TreeEntry {
  readonly mode: string;
  readonly name: string;
  readonly id: string;
}

export const DIRECTORY = '40000';
export const GITLINK = '160000';

const SPACE = 0x20;
const NUL = 0;

/** Reads a tree object: `<mode> <name>\0<id as bytes>`, again and again. `width` is the id's length in bytes. */
export function parseTree(bytes: Buffer, width: number): Map<string, TreeEntry> {
  const entries = new Map<string, TreeEntry>();
  let at = 0;
  while (at < bytes.length) {
    const space = bytes.indexOf(SPACE, at);
    const nul = bytes.indexOf(NUL, space);
    const next = nul + 1 + width;
    if (space < 0 || nul < 0 || next > bytes.length) throw new TypeError('a torn tree object');
    const name = bytes.toString('latin1', space + 1, nul);
    entries.set(name, {
      mode: bytes.toString('latin1', at, space),
      name,
      id: bytes.toString('hex', nul + 1, next),
    });
    at = next;
  }
  return entries;
}

/** The tree object for these entries, in git's order: by bytes, a directory as if its name ended in `/`. */
export function formatTree(entries: Iterable<TreeEntry>): Buffer {
  const sorted = [...entries].map((entry) => ({ entry, key: sortKey(entry) }));
  sorted.sort((a, b) => (a.key < b.key ? -1 : 1));
  return Buffer.concat(
    sorted.flatMap(({ entry }) => [
      Buffer.from(`${entry.mode} ${entry.name}\0`, 'latin1'),
      Buffer.from(entry.id, 'hex'),
    ]),
  );
}

export function isDirectory(entry: TreeEntry): boolean {
  return entry.mode === DIRECTORY;
}

function sortKey(entry: TreeEntry): string {
  return isDirectory(entry) ? `${entry.name}/` : entry.name;
}
