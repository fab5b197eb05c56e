import { nearest } from '../nearest.ts';
import type { Check } from './check.ts';

/** A need that cannot be met: of which check, which of its needs, and why. */
export interface NeedFault {
  readonly check: number;
  readonly need: number;
  readonly why: string;
}

/**
 * The first need of a list of checks that no order of running them would meet: an unknown name, a check that runs in a
 * later stage, or checks that wait for each other. Null where there is none.
 */
export function unmetNeed(checks: readonly Check[]): NeedFault | null {
  for (const [check, { needs, name, stage }] of checks.entries())
    for (const [need, wanted] of needs.entries()) {
      const other = checks.find((candidate) => candidate.name === wanted);
      const why = other ? whyNotMet({ name, stage }, other) : whyUnknown(wanted, checks);
      if (why !== null) return { check, need, why };
    }
  return cycleIn(checks);
}

function whyUnknown(wanted: string, checks: readonly Check[]): string {
  const names = checks.map(({ name }) => name);
  const near = nearest(wanted, names);
  return `no check of this list is called \`${wanted}\`; ${near ? `did you mean \`${near}\`?` : `they are called ${names.join(', ')}`}`;
}

function whyNotMet(one: Pick<Check, 'name' | 'stage'>, other: Check): string | null {
  if (other.name === one.name) return 'a check cannot need itself';
  return other.stage > one.stage ? `\`${other.name}\` runs later; put it before \`${one.name}\`` : null;
}

/** Every need is known by now; only members of one stage can still wait for each other. */
function cycleIn(checks: readonly Check[]): NeedFault | null {
  const byName = new Map(checks.map((check) => [check.name, check]));
  for (const [index, start] of checks.entries()) {
    const round = wayBack(start, byName);
    if (round === null) continue;
    const need = start.needs.indexOf(round[0] ?? '');
    return { check: index, need, why: `they wait for each other: ${[start.name, ...round].join(' > ')}` };
  }
  return null;
}

/** The names from the first need of `start` back to itself, by the needs of each; null where there is no such way. */
function wayBack(start: Check, byName: ReadonlyMap<string, Check>): readonly string[] | null {
  const seen = new Set<string>();
  const ways: string[][] = start.needs.map((name) => [name]);
  for (let way = ways.pop(); way !== undefined; way = ways.pop()) {
    const last = way.at(-1) ?? '';
    if (last === start.name) return way;
    if (seen.has(last)) continue;
    seen.add(last);
    for (const name of byName.get(last)?.needs ?? []) ways.push([...way, name]);
  }
  return null;
}
