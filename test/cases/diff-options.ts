/*
 * Options of other tools that only say how a diff's text is to be read. Ghost has none of them; rewriting the text as the
 * option would have read it makes the runs comparable.
 */

/** Where a name stands: behind `--- ` of a plain or of git's section, or without a prefix behind `rename from`. */
export type NamePlace = 'plain' | 'git' | 'bare';

/** Gives a name without its prefix. */
type Renaming = (name: string, where: NamePlace) => string;

/** The diff with every name in its headers as `to` makes it, behind `a/` and `b/`; `/dev/null` stays. */
export function renamed(patch: string, to: Renaming): string {
  const lines = patch.split('\n');
  const firstOfGit = lines.findIndex((line) => line.startsWith('diff --git '));
  return lines
    .map((line, at) => {
      const git = firstOfGit >= 0 && at >= firstOfGit;
      if (line.startsWith('diff --git ')) return `diff --git ${bothNames(line.slice(11), to)}`;
      const [, field, bare] = (git ? /^((?:rename|copy) (?:from|to) )(.*)$/s.exec(line) : null) ?? [];
      if (bare !== undefined) return field + mapped(bare, { where: 'bare', prefix: '' }, to);
      if (!isHeader(lines, at)) return line;
      const [, sign, name = '', stamp] = /^(--- |\+\+\+ )([^\t]*)(.*)$/s.exec(line) ?? [];
      const place = { where: git ? 'git' : 'plain', prefix: sign === '--- ' ? 'a/' : 'b/' } as const;
      return sign + mapped(name, place, to) + stamp;
    })
    .join('\n');
}

function isHeader(lines: readonly string[], at: number): boolean {
  const first = lines[at]?.startsWith('+++ ') ? at - 1 : at;
  const [old, now, hunk] = lines.slice(Math.max(0, first));
  return first >= 0 && !!old?.startsWith('--- ') && !!now?.startsWith('+++ ') && !!hunk?.startsWith('@@');
}

function mapped(
  name: string,
  place: { readonly where: NamePlace; readonly prefix: string },
  to: Renaming,
): string {
  if (name === '/dev/null') return name;
  const quote = name.startsWith('"') ? '"' : '';
  return quote + place.prefix + to(name.slice(quote.length), place.where);
}

function bothNames(rest: string, to: Renaming): string {
  const middle = (rest.length - 1) / 2;
  const even = rest[middle] === ' ' && tail(rest.slice(0, middle)) === tail(rest.slice(middle + 1));
  const cut = even ? middle : (/^(?:"(?:[^"\\]|\\.)*"|[^ ]*)/.exec(rest)?.[0].length ?? rest.length);
  if (cut >= rest.length) return rest;
  const [old, now] = [rest.slice(0, cut), rest.slice(cut + 1)];
  return `${mapped(old, { where: 'git', prefix: 'a/' }, to)} ${mapped(now, { where: 'git', prefix: 'b/' }, to)}`;
}

function tail(name: string): string {
  return name.slice(name.indexOf('/') + 1);
}

/** A name without its first `count` segments; null when it has no more than those. */
export function stripped(name: string, count: number): string | null {
  const segments = name.split('/');
  return segments.length <= count ? null : segments.slice(count).join('/');
}

/** The diff that takes back what `patch` does: sections in reverse order, the sides of each exchanged. */
export function reversed(patch: string): string {
  const ofGit = /^diff --git /m.test(patch);
  const sections = patch.split(ofGit ? /^(?=diff --git )/m : /^(?=--- [^\n]*\n\+\+\+ )/m);
  return sections.reverse().map(reversedSection).join('');
}

const EXCHANGED: readonly (readonly [string, string])[] = [
  ['new file mode', 'deleted file mode'],
  ['old mode', 'new mode'],
  ['rename from', 'rename to'],
];

function reversedSection(section: string): string {
  const lines = section.split('\n');
  const out: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const next = lines[at + 1] ?? '';
    if (line === '-- ' && /^\d+\.\d/.test(next)) return [...out, ...lines.slice(at)].join('\n');
    if (line.startsWith('--- ') && next.startsWith('+++ ')) {
      out.push(`--- ${next.slice(4)}`, `+++ ${line.slice(4)}`);
      at++;
    } else if (line === 'GIT binary patch') {
      const [forward = '', backward = '', ...rest] = lines
        .slice(at + 1)
        .join('\n')
        .split('\n\n');
      return [...out, line, [backward, forward, ...rest].join('\n\n')].join('\n');
    } else if (/^(?:old|new) mode /.test(line) && /^new mode /.test(next)) {
      out.push(`old${next.slice(3)}`, `new${line.slice(3)}`);
      at++;
    } else out.push(reversedLine(line));
  }
  return out.join('\n');
}

function reversedLine(line: string): string {
  const hunk = /^@@ -(\S+) \+(\S+) @@(.*)$/s.exec(line);
  if (hunk !== null) return `@@ -${hunk[2]} +${hunk[1]} @@${hunk[3]}`;
  const names = /^diff --git (\S+) (\S+)$/.exec(line);
  if (names !== null) return `diff --git ${names[2]} ${names[1]}`;
  const ids = /^index (\w+)\.\.(\w+)(.*)$/.exec(line);
  if (ids !== null) return `index ${ids[2]}..${ids[1]}${ids[3]}`;
  for (const [one, other] of EXCHANGED) {
    if (line.startsWith(`${one} `)) return `${other}${line.slice(one.length)}`;
    if (line.startsWith(`${other} `)) return `${one}${line.slice(other.length)}`;
  }
  if (line.startsWith('-')) return `+${line.slice(1)}`;
  return line.startsWith('+') ? `-${line.slice(1)}` : line;
}
