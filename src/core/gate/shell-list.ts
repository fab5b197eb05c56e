import { type ShellToken, type ShellWord, shellTokens } from './shell-words.ts';

/** A script as bash runs it: lists of pipelines, one after the other. */
export interface ShellList {
  readonly links: readonly ShellLink[];
  /** What ends it: `;`, `&`, a line break, or nothing at the end of the script. */
  readonly end: string;
}

/** A pipeline and what joins it to the one before: nothing for the first of a list. */
export interface ShellLink {
  readonly joint: '' | '&&' | '||';
  readonly stages: readonly ShellStage[];
}

/** One command of a pipeline. What stands inside a compound command is not looked at. */
export type ShellStage =
  | {
      readonly kind: 'simple';
      readonly words: readonly ShellWord[];
      readonly redirects: readonly ShellRedirect[];
    }
  | { readonly kind: 'compound'; readonly exits: boolean };

interface ShellRedirect {
  readonly operator: string;
  readonly target: string;
}

const CLOSER_OF: Readonly<Record<string, string>> = {
  if: 'fi',
  for: 'done',
  while: 'done',
  until: 'done',
  select: 'done',
  case: 'esac',
  '{': '}',
  '[[': ']]',
};
const BEFORE_COMMAND: ReadonlySet<string> = new Set([
  ...['if', 'then', 'elif', 'else', 'while', 'until', 'do', '{', '!', 'time'],
]);

/** Takes a script apart, or null when this small reader cannot follow it. */
export function shellLists(script: string): readonly ShellList[] | null {
  const tokens = shellTokens(script);
  if (!tokens) return null;
  const reader = new ListReader();
  for (const token of tokens) reader.take(token);
  return reader.finish();
}

class ListReader {
  #lists: ShellList[] = [];
  #links: ShellLink[] = [];
  #stages: ShellStage[] = [];
  #words: ShellWord[] = [];
  #redirects: { operator: string; target: string }[] = [];
  #compound: { exits: boolean } | null = null;
  #joint: ShellLink['joint'] = '';
  #closers: string[] = [];
  #atCommand = true;
  #afterRedirect = false;

  take(token: ShellToken): void {
    if (token.kind === 'redirect') this.#takeRedirect(token.operator);
    else if (token.kind === 'word') this.#takeWord(token);
    else this.#takeOperator(token.operator);
  }

  finish(): readonly ShellList[] | null {
    if (this.#closers.length > 0) return null;
    this.#endList('');
    return this.#lists;
  }

  #takeRedirect(operator: string): void {
    if (this.#closers.length === 0) this.#redirects.push({ operator, target: '' });
    this.#afterRedirect = true;
  }

  #takeWord(word: ShellWord): void {
    if (this.#afterRedirect) {
      this.#afterRedirect = false;
      const redirect = this.#redirects.at(-1);
      if (redirect && this.#closers.length === 0) redirect.target = word.text;
      return;
    }
    const keyword = word.quoted ? '' : word.text;
    const opens = this.#atCommand ? CLOSER_OF[keyword] : undefined;
    if (opens) this.#open(opens, false);
    else if (keyword !== '' && keyword === this.#closers.at(-1)) this.#closers.pop();
    else if (this.#closers.length === 0) this.#words.push(word);
    else if (keyword === 'exit' && this.#compound && !this.#closers.includes(')'))
      this.#compound.exits = true;
    this.#atCommand = this.#atCommand && BEFORE_COMMAND.has(keyword);
  }

  #takeOperator(operator: string): void {
    this.#afterRedirect = false;
    this.#atCommand = true;
    if (operator === '(') this.#open(')', this.#words.length > 0);
    else if (this.#closers.length > 0) this.#closeParenthesis(operator);
    else if (operator === '|' || operator === '|&') this.#endStage();
    else if (operator === '&&' || operator === '||') this.#endLink(operator);
    else this.#endList(operator);
  }

  #closeParenthesis(operator: string): void {
    if (operator === ')' && this.#closers.at(-1) === ')') this.#closers.pop();
  }

  /** A word before `(` makes it the head of a function, whose body may do anything once it is called. */
  #open(closer: string, isFunction: boolean): void {
    this.#closers.push(closer);
    this.#compound ??= { exits: isFunction };
  }

  #endStage(): void {
    if (this.#compound) this.#stages.push({ kind: 'compound', exits: this.#compound.exits });
    else if (this.#words.length > 0 || this.#redirects.length > 0)
      this.#stages.push({ kind: 'simple', words: this.#words, redirects: this.#redirects });
    this.#compound = null;
    this.#words = [];
    this.#redirects = [];
  }

  #endLink(next: ShellLink['joint']): void {
    this.#endStage();
    if (this.#stages.length > 0) this.#links.push({ joint: this.#joint, stages: this.#stages });
    this.#stages = [];
    this.#joint = next;
  }

  /** A line break after `&&`, `||` or `|` continues the list. */
  #endList(end: string): void {
    const isContinued = end === '\n' && this.#words.length === 0 && !this.#compound && this.#joint !== '';
    if (isContinued) return;
    this.#endLink('');
    if (this.#links.length > 0) this.#lists.push({ links: this.#links, end });
    this.#links = [];
  }
}
