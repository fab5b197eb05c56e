/** Beside a file it holds that one; alone in a folder it stops the folder. */
const HOLD = '.hold';
export const STOPS: readonly string[] = [HOLD, '.stop'];

/** Ends of names that programs give to what they have not finished writing, or to what they put aside. */
const UNFINISHED: readonly string[] = ['.part', '.tmp', '~', '.crdownload', HOLD];

/** Longer names leave no room for `.receipt.json` behind them. */
const MAX_NAME_BYTES = 200;

/** How an entry of an inbox folder is treated by its name alone. */
export type NameKind =
  /** May be a patch. */
  | 'offered'
  /** Not looked at: hidden, unfinished, or a hold. */
  | 'ignored'
  /** Cannot be taken under this name, which has no form in text or is too long. */
  | 'unusable';

export function kindOfName(name: string): NameKind {
  if (name.startsWith('.') || UNFINISHED.some((end) => name.endsWith(end))) return 'ignored';
  // What is no UTF-8 arrives with U+FFFD in it, and no file can be opened by that.
  if (name.includes('\ufffd') || Buffer.byteLength(name) > MAX_NAME_BYTES) return 'unusable';
  return 'offered';
}

/** The entry that stops its whole folder, if there is one. */
export function stopIn(names: Iterable<string>): string | null {
  const all = new Set(names);
  return STOPS.find((stop) => all.has(stop)) ?? null;
}

/** The name of the file that holds `name`. */
export function holdOf(name: string): string {
  return `${name}${HOLD}`;
}
