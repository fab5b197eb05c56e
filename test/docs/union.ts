import { page } from './markdown.ts';

/** The members of a union of string literals, read from its source: types are gone when a test runs. */
export function unionOf(file: string, name: string): readonly string[] {
  const [, body] = new RegExp(`export type ${name} =([^;]*);`).exec(page(file)) ?? [];
  const members = [...(body ?? '').matchAll(/'(\w+)'/g)].map(([, member = '']) => member);
  if (members.length === 0) throw new Error(`${file} has no union ${name} of string literals`);
  return members;
}
