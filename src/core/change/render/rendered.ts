import type { Edit } from '../change.ts';

/** The forms that a change can be written back in. */
export const RENDER_FORMS = ['git-diff', 'begin-patch', 'search-replace', 'json-edits'] as const;
export type RenderForm = (typeof RENDER_FORMS)[number];

/** A change written in one form (text as latin1), or every edit that the form has no words for. */
export type Rendered =
  /** `lost`: what the form cannot say and the text therefore leaves to chance, such as line numbers. */
  | { readonly kind: 'text'; readonly text: string; readonly lost: readonly string[] }
  | { readonly kind: 'inexpressible'; readonly edits: readonly Inexpressible[] };

/** `why` completes the sentence "this form cannot say ...". */
interface Inexpressible {
  readonly edit: Edit;
  readonly why: string;
}

/** One edit in one form: its text and what that text leaves out, or why the form cannot say it. */
export type RenderedEdit =
  | { readonly kind: 'text'; readonly text: string; readonly lost: readonly string[] }
  | { readonly kind: 'inexpressible'; readonly why: string };

export function told(text: string, lost: readonly string[] = []): RenderedEdit {
  return { kind: 'text', text, lost };
}

export function untold(why: string): RenderedEdit {
  return { kind: 'inexpressible', why };
}
