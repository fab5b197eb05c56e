import type { Span } from '../../change.ts';

/**
 * Plain data of JSON or YAML, each part of which knows its lines in the passage, from 1. Texts and keys are well-formed
 * Unicode; keys are unique, and `__proto__` is a key like any other.
 */
export type Located =
  | { readonly kind: 'text'; readonly span: Span; readonly text: string }
  | { readonly kind: 'list'; readonly span: Span; readonly items: readonly Located[] }
  | { readonly kind: 'object'; readonly span: Span; readonly members: Members }
  | { readonly kind: 'other'; readonly span: Span; readonly value: null | boolean | number };

type Members = ReadonlyMap<string, Located>;
export type LocatedObject = Extract<Located, { kind: 'object' }>;

/** Outcome of reading text as data. `problem` is the end of the sentence "line 3, column 7: ...". */
export type ReadData =
  | { readonly kind: 'data'; readonly data: Located }
  | {
      readonly kind: 'unreadable';
      readonly line: number;
      readonly column: number | null;
      readonly problem: string;
    };

/** Deeper than any form goes; what is nested deeper is refused, so that no recursion runs out of stack. */
export const MAX_DEPTH = 64;

/** What a value is, for the `got` of a message. */
export function kindOf(value: Located | undefined): string {
  if (value === undefined) return 'missing';
  switch (value.kind) {
    case 'text':
      return value.text === '' ? 'empty' : `the text ${shown(value.text)}`;
    case 'list':
      return `a list of ${value.items.length}`;
    case 'object':
      return 'an object';
    case 'other':
      return String(value.value);
  }
}

/** Text on one line of a message, cut where it is long. */
export function shown(text: string): string {
  const whole = [...text.slice(0, 120)];
  return JSON.stringify(whole.length > 60 ? `${whole.slice(0, 60).join('')}…` : text);
}
