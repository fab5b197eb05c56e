declare const brand: unique symbol;

/** A primitive that only its own constructor may produce: `Brand<string, 'PatchId'>` is no plain string. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** Closes an exhaustive match: reached only when a union grew and a match did not. */
export function unreachable(value: never): never {
  throw new TypeError(`a case is missing for ${JSON.stringify(value)}`);
}
