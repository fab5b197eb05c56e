interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: false;
  readonly items?: Schema;
  readonly minimum?: number;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

/** Sentences about what in `value` is not as `schema` says: the part of JSON Schema 2020-12 that our schemas use. */
export function violations(value: unknown, schema: Schema, root: Schema = schema, at = '$'): string[] {
  if (schema.$ref !== undefined) {
    const named = root.$defs?.[schema.$ref.replace('#/$defs/', '')];
    return named ? violations(value, named, root, at) : [`${at}: ${schema.$ref} is not defined`];
  }
  const wrong: string[] = [];
  if (schema.const !== undefined && value !== schema.const) wrong.push(`${at}: is not ${schema.const}`);
  if (schema.enum && !schema.enum.includes(value)) wrong.push(`${at}: ${value} is none of ${schema.enum}`);
  if (schema.type !== undefined && ![schema.type].flat().some((type) => hasType(value, type)))
    wrong.push(`${at}: is not ${schema.type}`);
  if (typeof value === 'number' && schema.minimum !== undefined && value < schema.minimum)
    wrong.push(`${at}: ${value} is less than ${schema.minimum}`);
  if (Array.isArray(value) && schema.items) {
    const { items } = schema;
    wrong.push(...value.flatMap((item, index) => violations(item, items, root, `${at}[${index}]`)));
  }
  if (hasType(value, 'object')) wrong.push(...memberViolations(Object(value), schema, root, at));
  return wrong;
}

function memberViolations(value: object, schema: Schema, root: Schema, at: string): string[] {
  const members = Object.entries(value);
  const names = members.map(([name]) => name);
  const missing = (schema.required ?? []).filter((name) => !names.includes(name));
  return [
    ...missing.map((name) => `${at}: ${name} is missing`),
    ...members.flatMap(([name, member]) => {
      const known = schema.properties?.[name];
      if (known) return violations(member, known, root, `${at}.${name}`);
      return schema.additionalProperties === false ? [`${at}: ${name} is not allowed`] : [];
    }),
  ];
}

function hasType(value: unknown, type: string): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}
