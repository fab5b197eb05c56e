/** A JSON Schema, as parsed. */
export type Schema = Readonly<Record<string, unknown>>;

type Rule = (value: unknown, said: never, at: Place) => string[];

interface Place {
  readonly name: string;
  readonly schema: Schema;
  readonly root: Schema;
}

/** Keywords that judge nothing. `format` is one of them in JSON Schema 2020-12. */
const ANNOTATIONS = new Set(['$schema', '$id', '$defs', 'title', 'description', 'format']);

const RULES: Readonly<Record<string, Rule>> = {
  $ref: (value, said: string, at) => {
    const named = Object(at.root.$defs)[said.replace('#/$defs/', '')];
    return named === undefined ? [`${at.name}: ${said} is not defined`] : violations(value, named, at);
  },
  const: (value, said: unknown, { name }) => (value === said ? [] : [`${name}: is not ${said}`]),
  enum: (value, said: unknown[], { name }) =>
    said.includes(value) ? [] : [`${name}: ${value} is none of ${said}`],
  type: (value, said: string | string[], { name }) =>
    [said].flat().some((type) => hasType(value, type)) ? [] : [`${name}: is not ${said}`],
  minimum: (value, said: number, { name }) =>
    typeof value === 'number' && value < said ? [`${name}: ${value} is less than ${said}`] : [],
  minLength: (value, said: number, { name }) =>
    typeof value === 'string' && [...value].length < said ? [`${name}: is shorter than ${said}`] : [],
  maxLength: (value, said: number, { name }) =>
    typeof value === 'string' && [...value].length > said ? [`${name}: is longer than ${said}`] : [],
  pattern: (value, said: string, { name }) =>
    typeof value === 'string' && !new RegExp(said, 'u').test(value) ? [`${name}: is not like ${said}`] : [],
  minItems: (value, said: number, { name }) =>
    Array.isArray(value) && value.length < said ? [`${name}: has less than ${said} items`] : [],
  maxItems: (value, said: number, { name }) =>
    Array.isArray(value) && value.length > said ? [`${name}: has more than ${said} items`] : [],
  items: (value, said: Schema, at) =>
    Array.isArray(value)
      ? value.flatMap((item, index) => violations(item, said, { ...at, name: `${at.name}[${index}]` }))
      : [],
  oneOf: (value, said: Schema[], at) => {
    const fitting = said.filter((one) => violations(value, one, at).length === 0).length;
    return fitting === 1 ? [] : [`${at.name}: is ${fitting} of ${said.length}, not one`];
  },
  required: (value, said: string[], { name }) =>
    hasType(value, 'object')
      ? said.filter((one) => !Object.hasOwn(Object(value), one)).map((one) => `${name}: ${one} is missing`)
      : [],
  properties: (value, said: Readonly<Record<string, Schema>>, at) =>
    membersOf(value).flatMap(([member, one]) => {
      const known = Object.hasOwn(said, member) ? said[member] : undefined;
      return known === undefined ? [] : violations(one, known, { ...at, name: `${at.name}.${member}` });
    }),
  additionalProperties: (value, said: false, { name, schema }) => {
    if (said !== false) throw new Error('only additionalProperties: false is known here');
    const known = Object.keys(Object(schema.properties));
    const others = membersOf(value).filter(([member]) => !known.includes(member));
    return others.map(([member]) => `${name}: ${member} is not allowed`);
  },
};

/**
 * Sentences about what in `value` is not as `schema` says: the part of JSON Schema 2020-12 that our schemas use.
 * @throws Error for a keyword outside that part, which would otherwise hold nothing
 */
export function violations(
  value: unknown,
  schema: Schema,
  at: { readonly name: string; readonly root: Schema } = { name: '$', root: schema },
): string[] {
  return Object.entries(schema).flatMap(([keyword, said]) => {
    if (ANNOTATIONS.has(keyword)) return [];
    const rule = RULES[keyword];
    if (rule === undefined) throw new Error(`the keyword ${keyword} is not known here`);
    return rule(value, said as never, { ...at, schema });
  });
}

function membersOf(value: unknown): [string, unknown][] {
  return hasType(value, 'object') ? Object.entries(Object(value)) : [];
}

function hasType(value: unknown, type: string): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}
