import { fail } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';

/** One argument of a tool, as JSON Schema says it and as we judge it. */
export type Parameter = TextParameter | NumberParameter | ListParameter;

interface TextParameter {
  readonly type: 'string';
  readonly description: string;
  readonly maxLength: number;
  readonly enum?: readonly string[];
  readonly pattern?: string;
}

interface NumberParameter {
  readonly type: 'integer';
  readonly description: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly default?: number;
}

interface ListParameter {
  readonly type: 'array';
  readonly description: string;
  readonly items: { readonly type: 'string'; readonly enum: readonly string[] };
  readonly maxItems: number;
  readonly uniqueItems: true;
}

/** A JSON Schema that has no other keys than those told. */
export interface Parameters {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, Parameter>>;
  readonly required: readonly string[];
  readonly additionalProperties: false;
}

/** What a tool was given, judged. A name that a tool does not take is a bug of that tool. */
export interface Arguments {
  /** @throws GhostError input_invalid where it was not given */
  needed(name: string): string;
  text(name: string): string | null;
  number(name: string): number | null;
  list(name: string): readonly string[] | null;
}

export function takes(properties: Readonly<Record<string, Parameter>>, ...required: string[]): Parameters {
  return { type: 'object', properties, required, additionalProperties: false };
}

/** @throws GhostError input_invalid, which names the argument, and the nearest known one for one that is unknown */
export function readArguments({ properties, required }: Parameters, given: unknown): Arguments {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw invalid('arguments', 'must be an object');
  const values = new Map<string, unknown>(Object.entries(given).filter(([, value]) => value !== null));
  for (const [name, value] of values) judge(name, value, properties);
  for (const name of required) if (!values.has(name)) throw invalid(name, 'is missing');
  const of = <T>(name: string) => (values.get(name) ?? null) as T | null;
  return {
    needed: (name) => of<string>(name) ?? '',
    text: (name) => of<string>(name),
    number: (name) => of<number>(name),
    list: (name) => of<readonly string[]>(name),
  };
}

function judge(name: string, value: unknown, properties: Parameters['properties']): void {
  const parameter = Object.hasOwn(properties, name) ? properties[name] : undefined;
  if (parameter === undefined) {
    const known = Object.keys(properties);
    const near = nearest(name, known);
    throw invalid(name, near === null ? `is not one of ${known.join(', ')}` : `did you mean \`${near}\`?`);
  }
  const problem = problemWith(parameter, value);
  if (problem !== null) throw invalid(name, problem);
}

function problemWith(parameter: Parameter, value: unknown): string | null {
  switch (parameter.type) {
    case 'string':
      return typeof value === 'string' ? textProblem(parameter, value) : 'must be text';
    case 'integer': {
      const { minimum, maximum } = parameter;
      const fits = Number.isSafeInteger(value) && Number(value) >= minimum && Number(value) <= maximum;
      return fits ? null : `must be a whole number from ${minimum} to ${maximum}`;
    }
    case 'array':
      return listProblem(parameter, value);
  }
}

function textProblem(parameter: TextParameter, value: string): string | null {
  if (value === '') return 'must not be empty';
  if (value.length > parameter.maxLength) return `must be at most ${parameter.maxLength} characters`;
  // Encoding would silently put U+FFFD in its place.
  if (!value.isWellFormed()) return 'contains half of a surrogate pair, which no file can hold';
  if (parameter.enum && !parameter.enum.includes(value)) return `must be one of ${parameter.enum.join(', ')}`;
  if (parameter.pattern && !new RegExp(parameter.pattern).test(value))
    return `must match ${parameter.pattern}`;
  return null;
}

function listProblem({ items, maxItems }: ListParameter, value: unknown): string | null {
  if (!Array.isArray(value)) return 'must be a list';
  if (value.length === 0 || value.length > maxItems) return `must have 1 to ${maxItems} members`;
  if (new Set(value).size < value.length) return 'has a member twice';
  const odd = value.find((one) => !items.enum.includes(one));
  return odd === undefined ? null : `must be of ${items.enum.join(', ')}`;
}

function invalid(name: string, problem: string) {
  return fail('input_invalid', { where: name, problem });
}
