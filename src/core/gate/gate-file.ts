import type { Check, CheckSource } from './check.ts';
import { readCheck } from './check-entry.ts';
import { unmetNeed } from './needed.ts';
import { invalid, item, member, readAnyMapping, readList, readMapping, type Spot } from './plain-data.ts';

/** More checks than anybody writes by hand: a generated list belongs into one script. */
const MOST_CHECKS = 100;

/**
 * Reads the plain data of a `ghost.yml`: `{checks: [...]}`. Each entry is a check, or `{parallel: [...]}` with checks
 * that run side by side; entries are run one after the other. docs/gate.md tells all keys.
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

interface Placed {
  readonly check: Check;
  readonly spot: Spot;
}

/** Reads the list under a `checks:` key. @throws GhostError gate_file_invalid */
export function readChecks(value: unknown, spot: Spot, source: CheckSource): readonly Check[] {
  const placed = readList(value, spot).flatMap((entry, stage) =>
    readStage(entry, item(spot, stage), { source, stage }),
  );
  if (placed.length > MOST_CHECKS)
    throw invalid(spot, `${placed.length} checks, at most ${MOST_CHECKS} are taken`);
  refuseTwins(placed);
  const checks = placed.map(({ check }) => check);
  const fault = unmetNeed(checks);
  const at = fault && placed[fault.check];
  if (fault && at) throw invalid(item(member(at.spot, 'needs'), fault.need), fault.why);
  return checks;
}

function readStage(
  entry: unknown,
  spot: Spot,
  at: { readonly source: CheckSource; readonly stage: number },
): readonly Placed[] {
  if (!readAnyMapping(entry, spot).has('parallel')) return [{ check: readCheck(entry, spot, at), spot }];
  const side = member(spot, 'parallel');
  const members = readList(readMapping(entry, spot, ['parallel']).get('parallel'), side);
  if (members.length === 0) throw invalid(side, 'expected at least one check, got an empty list');
  return members.map((one, index) => {
    const inner = item(side, index);
    if (readAnyMapping(one, inner).has('parallel'))
      throw invalid(inner, 'a group cannot stand in a group; name the order inside one by `needs`');
    return { check: readCheck(one, inner, at), spot: inner };
  });
}

function refuseTwins(placed: readonly Placed[]): void {
  const first = new Map<string, Spot>();
  for (const { check, spot } of placed) {
    const standing = first.get(check.name);
    if (standing)
      throw invalid(member(spot, 'name'), `\`${check.name}\` is the name of ${standing.path} too`);
    first.set(check.name, spot);
  }
}
