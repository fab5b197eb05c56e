import { fail, type GhostError } from '../errors.ts';
import { nearest } from '../nearest.ts';

/** A place in a file of plain data: `checks[1].timeout` of `ghost.yml`. */
export interface Spot {
  readonly file: string;
  /** Empty for the whole file. */
  readonly path: string;
}

export function member(spot: Spot, key: string): Spot {
  return { file: spot.file, path: spot.path === '' ? key : `${spot.path}.${key}` };
}

export function item(spot: Spot, index: number): Spot {
  return { file: spot.file, path: `${spot.path}[${index}]` };
}

export function invalid(spot: Spot, problem: string): GhostError {
  return fail('gate_file_invalid', { file: spot.file, where: spot.path || 'top level', problem });
}

/** A mapping with no key outside `keys`. @throws GhostError gate_file_invalid that names the nearest known key */
export function readMapping(
  value: unknown,
  spot: Spot,
  keys: readonly string[],
): ReadonlyMap<string, unknown> {
  const mapping = readAnyMapping(value, spot);
  for (const key of mapping.keys()) {
    if (keys.includes(key)) continue;
    const near = nearest(key, keys);
    const advice = near ? `did you mean \`${near}\`?` : `known keys are ${keys.join(', ')}`;
    throw invalid(spot, `unknown key \`${key}\`; ${advice}`);
  }
  return mapping;
}

export function readAnyMapping(value: unknown, spot: Spot): ReadonlyMap<string, unknown> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw invalid(spot, `expected a mapping, got ${describe(value)}`);
  }
  return new Map(Object.entries(value));
}

export function readList(value: unknown, spot: Spot): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(spot, `expected a list, got ${describe(value)}`);
  return value;
}

/** Text that is not empty and has no NUL, which no argument list can carry. */
export function readText(value: unknown, spot: Spot): string {
  if (typeof value !== 'string') throw invalid(spot, `expected text, got ${describe(value)}`);
  if (value === '') throw invalid(spot, 'expected text, got nothing');
  if (value.includes('\0')) throw invalid(spot, 'contains a NUL character');
  return value;
}

/** One of a few values. @throws GhostError gate_file_invalid that names them */
export function readChoice<const T extends string | boolean>(
  value: unknown,
  spot: Spot,
  choices: readonly T[],
): T {
  const chosen = choices.find((choice) => choice === value);
  if (chosen !== undefined) return chosen;
  const shown = choices.map((choice) => (typeof choice === 'string' ? `\`${choice}\`` : String(choice)));
  throw invalid(spot, `expected ${shown.join(' or ')}, got ${describe(value)}`);
}

export function describe(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'string' ? `\`${value}\`` : `the ${typeof value} ${String(value)}`;
}
