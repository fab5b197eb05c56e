import { hostOf } from '../hosts.ts';
import { describe, invalid, member, readChoice, readText, type Spot } from '../plain-data.ts';

/** A service answers: it is asked before a patch lands, and again afterwards where that is wanted. */
export interface HttpTask {
  readonly kind: 'http';
  /** Without user, password and fragment. */
  readonly url: string;
  readonly status: number;
  /** What has to stand in the first megabyte of the answer; null for anything. */
  readonly contains: string | null;
  /** For all tries together, and the pauses between them. */
  readonly withinMs: number;
  readonly tries: number;
  readonly after: boolean;
  /** Whether the patch is taken back where the service answered before it landed and does not afterwards. */
  readonly revert: boolean;
}

export const HTTP_KEYS = ['url', 'status', 'contains', 'within', 'tries', 'after', 'revert'] as const;

const WITHIN = { standard: '10s', mostMs: 5 * 60_000 };
const MOST_TRIES = 20;
const LONGEST_TEXT = 1000;

/** @throws GhostError gate_file_invalid */
export function readHttpTask(check: ReadonlyMap<string, unknown>, spot: Spot): HttpTask {
  const task = {
    kind: 'http',
    url: readUrl(check.get('url'), member(spot, 'url')),
    status: readNumber(check.get('status') ?? 200, member(spot, 'status'), { least: 100, most: 599 }),
    contains: readContains(check.get('contains'), member(spot, 'contains')),
    withinMs: readWithin(check.get('within') ?? WITHIN.standard, member(spot, 'within')),
    tries: readNumber(check.get('tries') ?? 3, member(spot, 'tries'), { least: 1, most: MOST_TRIES }),
    after: readChoice(check.get('after') ?? false, member(spot, 'after'), [true, false]),
    revert: readChoice(check.get('revert') ?? false, member(spot, 'revert'), [true, false]),
  } as const;
  if (task.revert && !task.after)
    throw invalid(
      member(spot, 'revert'),
      'needs `after: true`: nobody would know when to take the patch back',
    );
  return task;
}

/** Cut short it would be found in what it was written to refuse. */
function readContains(value: unknown, spot: Spot): string | null {
  if (value === undefined) return null;
  const text = readText(value, spot);
  if (text.length <= LONGEST_TEXT) return text;
  throw invalid(spot, `is ${text.length} characters long; at most ${LONGEST_TEXT} are taken`);
}

/** The host that it asks, as a grant names it. */
export function hostAsked({ url }: HttpTask): string {
  return hostOf(new URL(url));
}

function readUrl(value: unknown, spot: Spot): string {
  const text = readText(value, spot);
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    throw invalid(
      spot,
      `\`${text}\` is no address of a service; expected one like http://localhost:3000/healthz`,
    );
  if (url.username !== '' || url.password !== '')
    throw invalid(spot, 'holds a name or a password, which everybody would read in the summary');
  url.hash = '';
  return url.href;
}

function readNumber(
  value: unknown,
  spot: Spot,
  { least, most }: { readonly least: number; readonly most: number },
): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most)
    return value;
  throw invalid(spot, `expected a whole number from ${least} to ${most}, got ${describe(value)}`);
}

function readWithin(value: unknown, spot: Spot): number {
  const text = readText(value, spot);
  const [, amount, unit] = /^([1-9][0-9]{0,3})(s|m)$/.exec(text) ?? [];
  const ms = Number(amount) * (unit === 'm' ? 60_000 : 1000);
  if (ms > 0 && ms <= WITHIN.mostMs) return ms;
  throw invalid(spot, `\`${text}\` is no time limit; expected one like 10s, 5m at most`);
}
