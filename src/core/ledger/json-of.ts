import type { Json } from '../json.ts';

/** A value as JSON will give it back: undefined members gone, nothing shared with the original. */
export function jsonOf(value: object): Json {
  return JSON.parse(JSON.stringify(value));
}
