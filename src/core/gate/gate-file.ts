import { type Check, type CheckSource, PLAIN_RULES } from './check.ts';
import { invalid, item, member, readList, readMapping, readText, type Spot } from './plain-data.ts';
import { TASK_READERS } from './tasks/task.ts';

const NAME = /^[a-z0-9][a-z0-9 ._-]{0,63}$/;
const DURATION = /^([1-9][0-9]{0,4})(s|m|h)$/;
const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };
export const DEFAULT_TIMEOUT_MS = 5 * 60_000;
const LONGEST_TIMEOUT_MS = 60 * 60_000;
/** More checks than anybody writes by hand: a generated list belongs into one script. */
const MOST_CHECKS = 100;

/**
 * Reads the plain data of a `ghost.yml`: `{checks: [{name, run, timeout?}]}`. `run` is text (a bash script) or a list
 * (an argv), `timeout` is `30s`, `5m` or `1h` at most, 5 minutes when left out.
 * @throws GhostError gate_file_invalid, which names the place
 */
export function readGateFile(
  data: unknown,
  from: { readonly file: string; readonly source: CheckSource },
): readonly Check[] {
  const spot = { file: from.file, path: '' };
  const gate = readMapping(data, spot, ['checks']);
  return readChecks(gate.get('checks'), member(spot, 'checks'), from.source);
}

/** Reads the list under a `checks:` key. @throws GhostError gate_file_invalid */
export function readChecks(value: unknown, spot: Spot, source: CheckSource): readonly Check[] {
  const entries = readList(value, spot);
  if (entries.length > MOST_CHECKS)
    throw invalid(spot, `${entries.length} checks, at most ${MOST_CHECKS} are taken`);
  const checks = entries.map((entry, index) => readCheck(entry, item(spot, index), source));
  for (const [index, { name }] of checks.entries()) {
    const first = checks.findIndex((check) => check.name === name);
    if (first !== index)
      throw invalid(
        member(item(spot, index), 'name'),
        `\`${name}\` is the name of ${spot.path}[${first}] too`,
      );
  }
  return checks;
}

function readCheck(value: unknown, spot: Spot, source: CheckSource): Check {
  const { keys, read } = TASK_READERS.command;
  const check = readMapping(value, spot, ['name', ...keys, 'timeout']);
  return {
    ...PLAIN_RULES,
    name: readCheckName(check.get('name'), member(spot, 'name')),
    source,
    task: read(check, spot),
    timeoutMs: readTimeout(check.get('timeout'), member(spot, 'timeout')),
  };
}

function readCheckName(value: unknown, spot: Spot): string {
  const name = readText(value, spot);
  if (!isCheckName(name)) {
    const form =
      'expected at most 64 lower-case letters, digits, blanks, `.`, `_` and `-`, a letter or digit first';
    throw invalid(spot, `\`${name}\` is no name; ${form}`);
  }
  return name;
}

/** At most 64 lower-case letters, digits, blanks, `.`, `_` and `-`, beginning with a letter or digit. */
function isCheckName(text: string): boolean {
  return NAME.test(text);
}

function readTimeout(value: unknown, spot: Spot): number {
  if (value === undefined) return DEFAULT_TIMEOUT_MS;
  const text = readText(value, spot);
  const [, amount, unit] = DURATION.exec(text) ?? [];
  if (amount === undefined || unit === undefined)
    throw invalid(spot, `\`${text}\` is no duration; expected one like 30s, 5m or 1h`);
  const timeoutMs = Number(amount) * (UNIT_MS[unit] ?? Number.NaN);
  if (timeoutMs > LONGEST_TIMEOUT_MS) throw invalid(spot, `\`${text}\` is longer than 1h`);
  return timeoutMs;
}
