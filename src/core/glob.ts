/**
 * Whether a path is one that a glob means. `*` stands for any characters of one name, `?` for one, `**` for any number
 * of directories; `docs/` is all below docs, and a glob without `/` is a name at any depth. Nothing else is special.
 * Takes as many steps as path and glob multiplied have characters, whatever both of them are.
 */
export function matchesGlob(glob: string, path: string): boolean {
  return fits(segmentsOf(glob), path.split('/'), (segment) => segment === '**', nameFits);
}

/** Why a text is no glob of paths in a tree, in words, or null. */
export function whyNoGlob(glob: string): string | null {
  if (glob === '') return 'it is empty';
  if (glob.startsWith('/') || glob.split('/').includes('..')) return 'it leaves the tree';
  if (glob.startsWith('!')) return 'there is no taking out with `!`: name what is meant';
  const strange = /[[\]{}\\]/.exec(glob)?.[0];
  return strange === undefined
    ? null
    : `\`${strange}\` has no meaning in it: only \`*\`, \`?\` and \`**\` do, and there can be several globs`;
}

function segmentsOf(glob: string): readonly string[] {
  const whole = glob.endsWith('/') ? `${glob}**` : glob;
  return (whole.includes('/') ? whole : `**/${whole}`).split('/');
}

function nameFits(glob: string, name: string): boolean {
  return fits(
    [...glob],
    [...name],
    (one) => one === '*',
    (one, character) => one === '?' || one === character,
  );
}

/** A pattern with stars against a row of things: only the last star is ever tried again, which is enough. */
function fits(
  pattern: readonly string[],
  row: readonly string[],
  isStar: (part: string) => boolean,
  fitsOne: (part: string, thing: string) => boolean,
): boolean {
  let at = 0;
  let part = 0;
  let star = -1;
  let resumeAt = 0;
  while (at < row.length) {
    const wanted = pattern[part];
    if (wanted !== undefined && isStar(wanted)) {
      star = part;
      resumeAt = at;
      part += 1;
    } else if (wanted !== undefined && fitsOne(wanted, row[at] ?? '')) {
      at += 1;
      part += 1;
    } else if (star >= 0) {
      resumeAt += 1;
      at = resumeAt;
      part = star + 1;
    } else return false;
  }
  return pattern.slice(part).every(isStar);
}
