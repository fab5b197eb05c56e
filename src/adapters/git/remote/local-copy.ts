import { isAncestor } from '../ancestry.ts';
import type { GitPlace } from '../environment.ts';
import { formatMark, parseMark } from '../fence-mark.ts';
import type { ObjectReader } from '../object-reader.ts';
import type { ObjectWriter } from '../object-writer.ts';
import { tryGit } from '../run-git.ts';
import { syncPacks } from './packs.ts';
import type { LocalCopy } from './remote-link.ts';

export interface CopyParts {
  readonly place: GitPlace;
  readonly reader: ObjectReader;
  readonly writer: ObjectWriter;
  /** Where the branch of the remote was seen last; null where the branch of that name is our own. */
  readonly tipRef: string | null;
}

/** The mirror on this machine. Its objects are ours to read and add to; of its refs none decides anything. */
export function localCopy({ place, reader, writer, tipRef }: CopyParts): LocalCopy {
  let noted = '';
  return {
    has: async (id) => (await reader.read(id)) !== null,
    isAncestor: (ancestor, descendant) => isAncestor(place, ancestor, descendant),
    async writeMark(mark) {
      const [id = ''] = await writer.write([{ type: 'blob', content: formatMark(mark) }]);
      return { id, mark };
    },
    async readMark(id) {
      return parseMark((await reader.require(id, 'blob')).bytes, `${place.gitDir} ${id}`);
    },
    async noteTip(commit) {
      if (tipRef === null || noted === commit) return;
      // Another process may have fetched it, and ended before it had synced that it is there.
      await syncPacks(place.gitDir);
      // Another runner may be noting the same; what is noted only saves bytes.
      const { exitCode } = await tryGit(place, ['update-ref', '--no-deref', tipRef, commit]);
      if (exitCode === 0) noted = commit;
    },
  };
}
