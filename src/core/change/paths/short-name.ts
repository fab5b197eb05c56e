/** One segment of a path, as it is compared with the lower-case names of a list. */
export interface NamePart {
  /** Whether it opens what has this name. */
  readonly opens: (name: string) => boolean;
  /** Whether it opens something whose name begins so. */
  readonly opensBeginning: (start: string) => boolean;
}

/** `claude~1.md`, and from the fifth like name on `cl1a2b~1.md`: two characters of it and four digits of a checksum. */
const SHORT = /^(.{1,6})~[1-9](?:\.(.{1,3}))?$/;
const CHECKED = /^(.{1,2})[0-9a-f]{4}$/;

/**
 * A segment in lower case, with the 8.3 name under which NTFS and FAT open a longer one. The checksum is not computed: any
 * is taken for the right one. Sources: git's is_ntfs_dot_generic; Microsoft, [MS-FSCC] 2.1.5.2.1.
 */
export function shortNameOf(segment: string): NamePart {
  const match = SHORT.exec(segment);
  const [, stem = '', end = ''] = match ?? [];
  if (match === null) {
    return {
      opens: (name) => segment === name,
      opensBeginning: (start) => segment.startsWith(start),
    };
  }
  const two = CHECKED.exec(stem)?.[1];
  const agrees = (long: string): boolean =>
    long.length > 0 && (long.slice(0, 6) === stem || long.slice(0, 2) === two);
  return {
    opens: (name) => segment === name || (agrees(basis(name).stem) && basis(name).end === end),
    // What follows the beginning is not known, so that the end of the name is not either.
    opensBeginning: (start) => {
      const { stem: long } = basis(`${start}.`);
      return segment.startsWith(start) || stem.startsWith(long.slice(0, 6)) || long.slice(0, 2) === two;
    },
  };
}

/** What an 8.3 name keeps of a name: no blanks and dots but the last, no dots at the beginning, other signs as `_`. */
function basis(name: string): { readonly stem: string; readonly end: string } {
  const plain = name.replace(/^\.{1,9}/, '').replace(/[+,;=[\]]/g, '_');
  const dot = plain.lastIndexOf('.');
  const stem = (dot < 0 ? plain : plain.slice(0, dot)).replace(/[. ]/g, '');
  return { stem, end: dot < 0 ? '' : plain.slice(dot + 1, dot + 4) };
}
