/** One finished system call, as strace tells it. */
export interface SystemCall {
  readonly name: string;
  readonly args: readonly string[];
  /** What it returned; negative for a failure. */
  readonly result: number;
  /** How many calls had returned when this one was made: only what those did can be covered by a sync. */
  readonly begunAfter: number;
}

const UNFINISHED = ' <unfinished ...>';

/**
 * Reads what `strace -f -y -xx` writes, in the order in which calls returned. Strings are hexadecimal there, so that no
 * text of a file can look like syntax.
 */
export class SystemCallReader {
  readonly #begun = new Map<string, { readonly head: string; readonly after: number }>();
  #returned = 0;

  read(line: string): SystemCall | null {
    const [, thread = '', text = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    if (text.endsWith(UNFINISHED)) {
      this.#begun.set(thread, { head: text.slice(0, -UNFINISHED.length), after: this.#returned });
      return null;
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(text);
    const begun = resumed === null ? undefined : this.#begun.get(thread);
    if (resumed !== null && begun === undefined) throw new Error(`a call ends that never began: ${line}`);
    const call = parseCall(`${begun?.head ?? ''}${resumed?.[1] ?? text}`, begun?.after ?? this.#returned);
    if (call !== null) this.#returned += 1;
    return call;
  }
}

/** Null for a line that tells of a signal or an end. */
function parseCall(text: string, begunAfter: number): SystemCall | null {
  const [, name, args, result] = /^(\w+)\((.*)\)\s+= (-?\d+|\?)/.exec(text) ?? [];
  if (name === undefined || args === undefined || result === undefined || result === '?') return null;
  return { name, args: splitArgs(args), result: Number(result), begunAfter };
}

function splitArgs(text: string): string[] {
  const args: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '[' || character === '{') depth += 1;
    if (character === ']' || character === '}') depth -= 1;
    if (character !== ',' || depth > 0) continue;
    args.push(text.slice(from, at).trim());
    from = at + 1;
  }
  return [...args, text.slice(from).trim()];
}

/** `"\x61\x62"` */
export function bytesOf(quoted: string): Buffer {
  if (!quoted.startsWith('"') || !quoted.endsWith('"'))
    throw new Error(`not a whole string: ${quoted.slice(0, 80)}`);
  return Buffer.from(quoted.slice(1, -1).replaceAll('\\x', ''), 'hex');
}

/** The path of `21<\x2f\x74>`; null for a descriptor of something else. */
export function pathOf(descriptor: string): string | null {
  const [, hex] = /^(?:\d+|AT_FDCWD)<((?:\\x[0-9a-f]{2})+)>/.exec(descriptor) ?? [];
  return hex === undefined ? null : Buffer.from(hex.replaceAll('\\x', ''), 'hex').toString('latin1');
}
