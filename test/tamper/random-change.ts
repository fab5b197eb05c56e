import type { Json } from '../../src/core/json.ts';
import { pick } from '../conformance/random.ts';

export type Random = () => number;

/** One bit of it is another one. */
export function flipped(random: Random, bytes: Uint8Array): Buffer {
  const changed = Buffer.from(bytes);
  const at = Math.floor(random() * changed.length);
  changed[at] = (changed[at] ?? 0) ^ (1 << Math.floor(random() * 8));
  return changed;
}

export interface ChangedJson {
  readonly value: Json;
  /** The member that is another one. */
  readonly path: string;
}

/** The same with one value, at any depth, that is another one of its kind. */
export function changedJson(random: Random, value: Json, path = ''): ChangedJson {
  if (value !== null && typeof value === 'object') {
    const names = Object.keys(value);
    const name = names.length === 0 ? null : pick(names, random);
    if (name === null) return { value: Array.isArray(value) ? ['x'] : { x: 'x' }, path };
    const inner = changedJson(random, (value as Record<string, Json>)[name] ?? null, `${path}.${name}`);
    if (Array.isArray(value))
      return { ...inner, value: value.map((item, at) => (String(at) === name ? inner.value : item)) };
    return { ...inner, value: { ...value, [name]: inner.value } };
  }
  return { value: changedScalar(random, value), path };
}

export function changedScalar<T extends null | boolean | number | string>(random: Random, value: T) {
  if (value === null) return 'x';
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1 + Math.floor(random() * 1_000);
  const text = String(value);
  if (text === '') return 'x';
  const at = Math.floor(random() * text.length);
  const other = text[at] === 'a' ? 'b' : 'a';
  return `${text.slice(0, at)}${other}${text.slice(at + 1)}`;
}
