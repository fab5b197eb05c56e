import type { Host } from './host.ts';

/**
 * A command that does what no check should. It prints `ESCAPED` and what, for whatever it got that it must not get, and `END`
 * when it has tried everything.
 */
export interface Program {
  /** What it does, as the table says it: `forks for ever`. */
  readonly name: string;
  readonly argv: (host: Host) => readonly string[];
  readonly ends: End;
  /** Where it ends otherwise. */
  readonly endsAt?: Partial<Record<1 | 2, End>>;
  readonly timeoutMs?: number;
  /** What commands side by side share, where it fills it: it is run alone, and held to a small share of the disk. */
  readonly fills?: 'disk' | 'files' | 'processes';
  /** How many bytes it prints; all of them have to be told of. */
  readonly prints?: number;
  /** What has to be kept of its output as it is. */
  readonly shows?: Buffer;
  /** What it gets at the levels that cannot keep it from that. */
  readonly gets?: Partial<Record<1 | 2, string>>;
  /** Why it is not run there. */
  readonly spared?: Partial<Record<1 | 2, string>>;
}

/**
 * `refused`: tries everything and ends by itself. `ended`: what it does ends it, or it gives up. Else the limit that it meets,
 * as the verdict tells it.
 */
export type End =
  | { readonly kind: 'refused'; readonly words: string }
  | { readonly kind: 'ended' }
  | { readonly kind: 'limit'; readonly detail: RegExp };

export const REFUSED = refused('refused');
export const ENDED: End = { kind: 'ended' };
export const TIMED_OUT: End = { kind: 'limit', detail: /^timed out after \d+ ms$/ };

/** For what it does until its end, and what becomes of that, in words. */
export function refused(words: string): End {
  return { kind: 'refused', words };
}

/** `esc WHAT`; `tries WHAT COMMAND...` runs it and escapes where it succeeds. */
const PRELUDE = `esc() { echo "ESCAPED $*"; }
tries() { what=$1; shift; if "$@" >/dev/null 2>&1; then esc "$what"; fi; }
`;

export function sh(script: string): () => readonly string[] {
  return () => ['bash', '-c', `${PRELUDE}${script}\necho END`];
}

/** `$1` and on are the values of the host. */
export function shWith(
  values: (host: Host) => readonly (string | number)[],
  script: string,
): Program['argv'] {
  return (host) => ['bash', '-c', `${PRELUDE}${script}\necho END`, 'program', ...values(host).map(String)];
}

export function perl(script: string): () => readonly string[] {
  return () => ['perl', '-e', `$| = 1; sub esc { print "ESCAPED @_\\n" }\n${script}\nprint "END\\n";`];
}
