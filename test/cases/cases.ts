import { existsSync, readFileSync } from 'node:fs';
import type { TestContext } from 'node:test';

/*
 * Cases recorded from other tools' own tests. They lie beside the checkout where they exist and never belong to it.
 * Each file here reads one source through one adapter, and prints how often Ghost agrees with the reference.
 */
const ROOT = new URL('../../../shared/cases/', import.meta.url);

/** A file or folder of cases, and the word of a skip where it is absent. */
export function casesAt(path: string): { readonly url: URL; readonly skip: string | false } {
  const url = new URL(path, ROOT);
  return { url, skip: existsSync(url) ? false : `SKIPPED 1: the cases ${path} are not beside this checkout` };
}

/** The lines of a JSONL file, typed by the caller, who knows the recorder. */
export function readJsonLines<T>(url: URL): T[] {
  return readFileSync(url, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): T => JSON.parse(line));
}

/**
 * How Ghost relates to the reference in one case. `stricter` refuses what the reference accepts, `more generous` does
 * the reverse, each by a named rule. `another tool` asks for what Ghost does not offer (an option, a partial result).
 */
export type Outcome =
  | { readonly kind: 'agree' }
  | { readonly kind: 'stricter'; readonly rule: string }
  | { readonly kind: 'more generous'; readonly rule: string }
  | { readonly kind: 'another tool'; readonly rule: string }
  | { readonly kind: 'wrong'; readonly what: string };

/** Counts outcomes of one source and prints them as a table. */
export class Tally {
  readonly #counts = new Map<string, number>();
  readonly wrong: string[] = [];
  #accepted = 0;
  #stricter = 0;

  /** `accepts`: the reference accepts this case. */
  add(id: string, accepts: boolean, outcome: Outcome): void {
    const rule = 'rule' in outcome ? `: ${outcome.rule}` : '';
    const row = `${outcome.kind}${rule}`;
    this.#counts.set(row, (this.#counts.get(row) ?? 0) + 1);
    if (outcome.kind === 'wrong') this.wrong.push(`${id}: ${outcome.what}`);
    if (outcome.kind === 'another tool') return;
    if (accepts) this.#accepted++;
    if (outcome.kind === 'stricter') this.#stricter++;
  }

  /** In how many cases the outcomes are the same: what a test of a source counts on, so that it cannot run empty. */
  get agreed(): number {
    return this.#counts.get('agree') ?? 0;
  }

  /** Share of what the reference accepts, and Ghost could do, that is refused by design. */
  get stricterShare(): number {
    return this.#accepted === 0 ? 0 : this.#stricter / this.#accepted;
  }

  print(t: TestContext, source: string): void {
    for (const [row, count] of [...this.#counts].sort()) t.diagnostic(`${source}: ${count} ${row}`);
    const share = (this.stricterShare * 100).toFixed(1);
    t.diagnostic(`${source}: stricter in ${this.#stricter} of ${this.#accepted} accepted ones, ${share} %`);
    for (const what of this.wrong.slice(0, 40)) t.diagnostic(`${source}: WRONG ${what}`);
  }
}
