import { headerOf, type MadeHunk } from '../make-diff.ts';
import type { Sample } from './history.ts';

/** A diff that was broken in one way. */
export interface Damaged {
  readonly hunks: readonly MadeHunk[];
  readonly patch: string;
  /** The damage took away what nobody can put back, so that the right answer is a refusal. */
  readonly undecidable?: boolean;
}

/** Breaks the diff of a sample; null where it has nothing that this damage could break. `by` varies it. */
type Damage = (sample: Sample, by: number) => Damaged | null;

type Header = (hunk: MadeHunk) => string;

function diff(hunks: readonly MadeHunk[], header: Header = headerOf): Damaged {
  const text = hunks.map((hunk) => header(hunk) + hunk.body.join('')).join('');
  return { hunks, patch: `--- a/f\n+++ b/f\n${text}` };
}

function headers(header: (hunk: MadeHunk, by: number) => string): Damage {
  return ({ hunks }, by) => diff(hunks, (hunk) => header(hunk, by));
}

function wrongCounts(hunk: MadeHunk, by: number): MadeHunk {
  return { ...hunk, oldCount: hunk.oldCount + by, newCount: Math.max(0, hunk.newCount - by) };
}

function wrongStart(hunk: MadeHunk, by: number): MadeHunk {
  const off = by % 2 === 0 ? by * 7 : -by;
  return { ...hunk, oldStart: Math.max(1, hunk.oldStart + off), newStart: Math.max(1, hunk.newStart + off) };
}

/** Changes the whole text of the diff. */
function text(change: (patch: string) => string): Damage {
  return ({ hunks }) => {
    const whole = diff(hunks);
    const patch = change(whole.patch);
    return patch === whole.patch ? null : { ...whole, patch };
  };
}

/** Changes the lines of every hunk; `line` has its mark and its line end. */
function lines(change: (line: string, by: number) => string, header: Header = headerOf): Damage {
  return ({ hunks }, by) => {
    const changed = hunks.map((hunk) => ({ ...hunk, body: hunk.body.map((line) => change(line, by)) }));
    return same(hunks, changed) ? null : diff(changed, header);
  };
}

function same(a: readonly MadeHunk[], b: readonly MadeHunk[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

const NO_NUMBERS: Header = () => '@@ @@\n';

function isContext(line: string | undefined): boolean {
  return line !== undefined && (line.startsWith(' ') || line === '\n');
}

const droppedContext: Damage = ({ hunks }, by) => {
  const dropped = hunks.map((hunk) => {
    const context = hunk.body.flatMap((line, at) => {
      return isContext(line) && !hunk.body[at + 1]?.startsWith('\\') ? [at] : [];
    });
    const gone = context[(by * 5) % Math.max(1, context.length)];
    return { ...hunk, body: hunk.body.filter((_, at) => at !== gone) };
  });
  if (same(hunks, dropped)) return null;
  // What is added at an edge may have stood on either side of the line that is gone.
  const undecidable = dropped.some(({ body }) =>
    [body[0], body.at(-1)].some((line) => line?.startsWith('+')),
  );
  return { ...diff(dropped), undecidable };
};

const outdent: Damage = ({ hunks }) => {
  const moved = hunks.map((hunk) => {
    const marked = hunk.body.filter((line) => !line.startsWith('\\') && line.slice(1).trim() !== '');
    const indents = marked.map((line) => /^( *|\t*)/.exec(line.slice(1))?.[0] ?? '');
    const [least = ''] = [...indents].sort((a, b) => a.length - b.length);
    if (!indents.every((one) => one.startsWith(least))) return hunk;
    const cut = (line: string): string =>
      line.slice(1).startsWith(least) ? line.charAt(0) + line.slice(1 + least.length) : line;
    return { ...hunk, body: hunk.body.map(cut) };
  });
  return same(hunks, moved) ? null : diff(moved);
};

/** Nothing to be seen where all old lines are blank. */
const indent: Damage = ({ hunks }) => {
  const shows = hunks.some(({ body }) => body.some((line) => /^[ -]\s*\S/.test(line)));
  const by = (line: string): string =>
    /^[ +-]\s*\S/.test(line) ? `${line.charAt(0)}  ${line.slice(1)}` : line;
  return shows ? diff(hunks.map((hunk) => ({ ...hunk, body: hunk.body.map(by) }))) : null;
};

const elision: Damage = ({ wide }) => {
  const elided = wide.map((hunk) => {
    const body = [...hunk.body];
    const first = body.findIndex((line) => !isContext(line));
    // The first line and the two above the change stay.
    if (first >= 5) body.splice(1, first - 3, ' ...\n');
    return { ...hunk, body };
  });
  const undecidable = wide.some(({ body }) => body.some((line) => /^\+[\s#/]*\.\.\.$/.test(line.trim())));
  return same(wide, elided) ? null : { ...diff(elided, NO_NUMBERS), undecidable };
};

const CURLED: readonly (readonly [RegExp, string])[] = [
  [/(^|[\s(])"/g, '$1\xe2\x80\x9c'],
  [/"/g, '\xe2\x80\x9d'],
  [/'/g, '\xe2\x80\x99'],
  [/ - /g, ' \xe2\x80\x93 '],
];

function curled(line: string): string {
  return line.charAt(0) + CURLED.reduce((now, [from, to]) => now.replace(from, to), line.slice(1));
}

/** As a phone does it, in code too. */
function dashed(line: string): string {
  return line.charAt(0) + line.slice(1).replaceAll('--', '\xe2\x80\x94');
}

function straight(line: string): string {
  return line
    .replace(/\xe2\x80[\x98\x99]/g, "'")
    .replace(/\xe2\x80[\x9c\x9d]/g, '"')
    .replace(/\xe2\x80[\x93\x94]/g, '-');
}

/**
 * Quotes bent. Where an old line shows it, nobody can tell what added lines with such quotes were before; where none does,
 * the diff is not damaged but says something else.
 */
function bent(bend: (line: string) => string, suspect: RegExp): Damage {
  return (sample, by) => {
    const bodies = sample.hunks.flatMap(({ body }) => body);
    if (bodies.every((line) => line.startsWith('+') || bend(line) === line)) return null;
    const damaged = lines(bend)(sample, by);
    const added = damaged?.hunks.flatMap(({ body }) => body).filter((line) => line.startsWith('+'));
    return (
      damaged && { ...damaged, undecidable: added?.some((line) => suspect.test(line.slice(1))) ?? false }
    );
  };
}

const PRINTED = /\xc2\xa0|\xe2\x80|\xe2\x88\x92/;

const outOfOrder: Damage = ({ hunks }) => (hunks.length < 2 ? null : diff([...hunks].reverse()));

/** Ways in which people, mailers and models break a diff. The first is none. */
export const DAMAGES: Readonly<Record<string, Damage>> = {
  none: headers(headerOf),
  'wrong counts': headers((hunk, by) => headerOf(wrongCounts(hunk, by))),
  'wrong start': headers((hunk, by) => headerOf(wrongStart(hunk, by))),
  'wrong counts and start': headers((hunk, by) => headerOf(wrongStart(wrongCounts(hunk, by), by))),
  'no numbers': headers(NO_NUMBERS),
  'numbers left to fill in': headers(() => '@@ -XXX,10 +XXX,10 @@ void f()\n'),
  'blank context without its space': lines((line) => (/^ \r?\n$/.test(line) ? line.slice(1) : line)),
  'a context line dropped': droppedContext,
  'one context line': ({ narrow }) => diff(narrow),
  outdented: outdent,
  'indented by two spaces': indent,
  'trailing blanks': lines((line, by) =>
    /^[ -]/.test(line) ? line.replace(/(\r?\n)$/, `${' '.repeat(by)}$1`) : line,
  ),
  'trailing blanks lost': lines((line) =>
    /^[ -]/.test(line) ? line.charAt(0) + line.slice(1).replace(/[ \t]+(\r?\n)$/, '$1') : line,
  ),
  'CRLF patch text': text((patch) => patch.replace(/\r?\n/g, '\r\n')),
  'no final newline': text((patch) => patch.replace(/\n$/, '')),
  'curly quotes in old lines': bent((line) => (line.startsWith('+') ? line : curled(line)), PRINTED),
  'curly quotes everywhere': bent(curled, PRINTED),
  'two hyphens as an em dash in old lines': bent(
    (line) => (line.startsWith('+') ? line : dashed(line)),
    PRINTED,
  ),
  'two hyphens as an em dash everywhere': bent(dashed, PRINTED),
  'straight quotes everywhere': bent(straight, /['"-]|\.\.\./),
  'an elision': elision,
  'hunks out of order': outOfOrder,
  'a mail signature': text((patch) => `${patch}-- \n2.39.5\n\n`),
  'a signature and wrong counts': ({ hunks }, by) => {
    const damaged = diff(hunks, (hunk) => headerOf(wrongCounts(hunk, by)));
    return { ...damaged, patch: `${damaged.patch}-- \n2.39.5\n\n` };
  },
  'blank lines at the end': text((patch) => `${patch}\n\n`),
};
