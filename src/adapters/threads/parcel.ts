/*
 * Bytes cross to another thread in buffers of their own, which are handed over: the bytes of a small file are a window on
 * a buffer that many files share, and the whole of it would be copied.
 */

export interface Parcel {
  readonly value: unknown;
  readonly handedOver: readonly ArrayBuffer[];
}

/** The same plain data, with a copy of all bytes in it. Bytes that stand in it twice are copied once. */
export function parcelOf(value: unknown): Parcel {
  const copies = new Map<Uint8Array, Uint8Array<ArrayBuffer>>();
  return { value: copied(value, copies), handedOver: [...copies.values()].map(({ buffer }) => buffer) };
}

function copied(value: unknown, copies: Map<Uint8Array, Uint8Array<ArrayBuffer>>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) {
    const copy = copies.get(value) ?? new Uint8Array(value);
    copies.set(value, copy);
    return copy;
  }
  if (Array.isArray(value)) return value.map((item) => copied(item, copies));
  if (value instanceof Map)
    return new Map([...value].map(([key, item]) => [key, copied(item, copies)] as const));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copied(item, copies)]));
}
