import { legible } from './bytes.ts';

/** `dotted`: code in which a bare `...` is a statement or a mark. */
export type TextKind = 'code' | 'dotted' | 'prose';

/** Longer lines are code or prose of their own. */
const MAX_LENGTH = 120;

/** What a line says, without the marks of a comment, brackets around it and an ellipsis at either end. */
interface Said {
  readonly words: string;
  readonly mark: string;
  readonly dots: 'none' | 'before' | 'after' | 'both';
  readonly bracketed: boolean;
  /** With a full stop. */
  readonly ended: boolean;
}

const MARK = /^(?:\/{2,3}!?|\/\*{1,2}|#{1,3}|-{2,3}|<!--|\{\/\*|;{1,3}|%{1,2}|\*|rem\b)\s{0,8}/;
/** By what else such a line may begin. Most lines of a program begin otherwise, and are not looked at any further. */
const BARE = /^(?:\.{3}|\xe2\x80\xa6|[([])/;
const CLOSING = /\s{0,8}(?:\*\/\}?|-->)$/;
const BEFORE = /^(?:\.{3,4}|\u2026)\s{0,4}/;
const AFTER = /\s{0,4}(?:\.{3,4}|\u2026)$/;

function saidBy(line: string): Said {
  const marked = legible(line).trim().toLowerCase();
  const mark = MARK.exec(marked)?.[0] ?? '';
  const comment = marked.slice(mark.length).replace(CLOSING, '').trim();
  const open = unbracketed(comment);
  const [before, after] = [BEFORE.test(open), AFTER.test(open)];
  const bare = unbracketed(open.replace(BEFORE, '').replace(AFTER, '').trim());
  const words = bare.replace(/[.,;:!]$/, '');
  const dots = before ? (after ? 'both' : 'before') : after ? 'after' : 'none';
  return { words, mark: mark.trim(), dots, bracketed: open !== comment, ended: bare.endsWith('.') };
}

function unbracketed(text: string): string {
  const closing = { '(': ')', '[': ']' }[text.charAt(0)];
  return closing !== undefined && text.endsWith(closing) ? text.slice(1, -1).trim() : text;
}

const NOUN =
  '(?:code|file|document|contents?|class(?:es)?|component|module|script|functions?|methods?|implementation|imports?|logic|body|config(?:uration)?|page|makefile|dockerfile|tests|styles|rules|routes|fields)';
const SOME = "(?: [\\w.'`-]{1,30})";
const REST = `(?:the |your )?(?:rest|remainder)(?: of(?: the| your| this| my)?${SOME}{1,4}?)?`;
const LEFT = `(?:all |all of )?(?:the |your )?(?:existing|remaining|unchanged|previous|original|other)(?: the| your)?${SOME}{0,3}?`;
const ALL = '(?:everything|all)(?: else)?';
/** That it is as it was. */
const SAME =
  '(?:(?:that |which )?(?:(?:remains?|stays?|is|are|left|kept) )?(?:unchanged|as[ -]is|intact|untouched|omitted(?: for brevity)?)|(?:remains?|stays?|is|are) (?:exactly )?(?:the same|as (?:before|it is|they are))|same as before|as before|not shown)(?: here)?';
const HERE = '(?:here|goes here|go here|continues?(?: here)?|follows?(?: here)?)';

function whole(...ways: readonly string[]): RegExp {
  return new RegExp(`^(?:${ways.join('|')})$`);
}

/** In a comment these stand for lines, with an ellipsis or without. */
const STANDS_FOR = whole(
  `${REST} \\(?(?:${SAME})\\)?`,
  `(?:the |your )?(?:rest|remainder) of(?: the| your| this)?${SOME}{0,2} ${NOUN}(?: ${HERE})?`,
  `(?:the |your )?(?:rest|remainder) of${SOME}{1,3} ${HERE}`,
  `(?:rest|remaining|existing|previous|unchanged)(?: the| your| of the)?${SOME}{0,2} ${NOUN} \\(?(?:${SAME}|${HERE})\\)?`,
  `(?:all )?(?:the )?(?:other|remaining|existing)${SOME}{0,2} ${NOUN} (?:remains?|stays?|are|is|kept) (?:unchanged|the same|as[ -]is|as before|untouched|intact)`,
  `(?:keep|leave|preserve|retain)(?:ing)? (?:${ALL}|${REST}|${LEFT})(?: \\(?(?:${SAME}|the same)\\)?)`,
);

/** These do where they are no end of a sentence that begins on the line above. */
const NAMES =
  /^(?:(?:remaining|existing|previous|unchanged)(?: the| your)? (?:code|file|contents?|class|functions?|methods?|implementation|imports|logic)|existing code here)$/;

/** Beside an ellipsis these do, too. */
const ELIDED =
  /^(?:and )?(?:the |all |all the |your |rest:? )?(?:rest|remainder|existing|remaining|unchanged|previous|other|same|code|omitted|snip(?:ped)?|keep|your code)\b/;
const LEFT_OUT =
  /\b(?:rest|remainder|existing|remaining|unchanged|previous|same|code|omitted|snip(?:ped)?|as before|other (?:methods|functions|imports|fields|tests))\b/;

/** In a file that replaces another one, these do as well. */
const MAY_STAND_FOR = whole(
  `(?:the )?(?:${SAME}|no changes?(?: here)?|${ALL} (?:${SAME}|the same))`,
  `(?:the |your )?(?:rest|remainder) of(?: the| your| this| my)?${SOME}{1,3}`,
  `(?:existing|remaining|unchanged|other) ${NOUN}(?: ${HERE})?`,
);

/**
 * Whether a line stands for others that its author left out: `// ... existing code ...`, `# rest of the file unchanged`.
 * A bare `...` is none, which Python has as a statement, and neither is `...rest`. `prose`: of a text in which a line is
 * no comment for its `#`, `*` or dash.
 */
export function isPlaceholder(line: string, kind: TextKind = 'code'): boolean {
  if (!mayBegin(line)) return false;
  const said = saidBy(line);
  const { words, dots } = said;
  if (words === '' || (kind === 'prose' && said.mark !== '' && !isMarkup(said.mark))) return false;
  if (said.mark === '') return isBarePlaceholder(said);
  if (STANDS_FOR.test(words) || (!said.ended && NAMES.test(words))) return true;
  if (dots === 'both') return LEFT_OUT.test(words);
  return dots === 'before' && ELIDED.test(words);
}

function mayBegin(line: string): boolean {
  if (line.length > 4 * MAX_LENGTH) return false;
  const text = line.trim();
  return text.length <= MAX_LENGTH && (BARE.test(text) || MARK.test(text.slice(0, 8).toLowerCase()));
}

/** Without a comment around it, only what no language and no sentence has. */
function isBarePlaceholder({ words, dots, bracketed }: Said): boolean {
  if (!words.includes(' ')) return false;
  if (dots === 'both') return LEFT_OUT.test(words);
  return (dots === 'before' || bracketed) && STANDS_FOR.test(words);
}

/** The same, and what may stand for others in a file that is told whole: `# same as before`, `// ...`, `(...)`, `...`. */
export function mayBePlaceholder(line: string, kind: TextKind): boolean {
  if (!mayBegin(line)) return false;
  if (isPlaceholder(line, kind)) return true;
  const { words, mark, dots, bracketed } = saidBy(line);
  if (kind === 'prose' && mark !== '' && !isMarkup(mark)) return false;
  if (words === '') return dots !== 'none' && mark !== '*' && (bracketed || mark !== '' || kind === 'code');
  return mark !== '' && mark !== '*' && MAY_STAND_FOR.test(words);
}

function isMarkup(mark: string): boolean {
  return mark === '<!--' || mark === '{/*';
}

const PROSE = /\.(?:md|markdown|mdx|mdc|rst|adoc|asciidoc|txt|org|tex)$/i;

/** Python, YAML, Perl and Raku. */
const DOTTED = /\.(?:pyi?|pyx|ipynb|ya?ml|p[lm]|t|raku(?:mod)?)$/i;

/** What the name of a file tells of its lines. */
export function kindOfText(path: string): TextKind {
  if (PROSE.test(path)) return 'prose';
  return DOTTED.test(path) ? 'dotted' : 'code';
}
