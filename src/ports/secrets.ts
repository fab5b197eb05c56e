/** Secrets of this installation that checks may be given. Only its operator writes them. */
export interface Secrets {
  /** Asked for each run, so that a new value counts at once. */
  read(name: string): Promise<FoundSecret>;
}

export type FoundSecret =
  | { readonly kind: 'found'; readonly value: { expose(): string } }
  /** There is none of that name, or none that may be used; in words, without its value. */
  | { readonly kind: 'unusable'; readonly why: string };
