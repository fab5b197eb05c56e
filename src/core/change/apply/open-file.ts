import type { FileMode } from '../../git.ts';
import { bytesOf, latin1 } from '../bytes.ts';
import { fileLines } from '../file-lines.ts';
import { spend, type Work } from '../work.ts';
import type { WorkFile } from './outcome.ts';

/** Bytes that are copied in the time of one step of work. */
const BYTES_PER_STEP = 160;
/** What new lines cost until the next hunks are placed in them, beside the step for each that an index takes. */
const STEPS_PER_LINE = 2;

type Content =
  | { readonly bytes: Uint8Array }
  | { readonly text: string }
  | { readonly lines: readonly string[] };

/**
 * A file that a patch is at work on, as bytes, as text (latin1) and as lines. Each is made when it is first asked for,
 * paid for with work, and kept for the edits that come after.
 */
export class OpenFile implements WorkFile {
  readonly kind = 'file';
  readonly mode: FileMode;
  readonly size: number;
  readonly #work: Work;
  #bytes: Uint8Array | null;
  #text: string | null;
  #lines: readonly string[] | null;
  #lf: string | null = null;
  #crlfs: number | null = null;

  constructor(mode: FileMode, content: Content, work: Work) {
    this.mode = mode;
    this.#work = work;
    this.#bytes = 'bytes' in content ? content.bytes : null;
    this.#text = 'text' in content ? content.text : null;
    this.#lines = 'lines' in content ? content.lines : null;
    this.size = sizeOf(content);
  }

  get bytes(): Uint8Array {
    this.#bytes ??= this.#paid(bytesOf(this.text));
    return this.#bytes;
  }

  get text(): string {
    this.#text ??= this.#paid(this.#lines === null ? latin1(this.bytes) : this.#lines.join(''));
    return this.#text;
  }

  get lines(): readonly string[] {
    if (this.#lines === null) {
      this.#lines = fileLines(this.text);
      spend(this.#work, this.#lines.length);
    }
    return this.#lines;
  }

  /** The text with `\n` in the place of every `\r\n`. */
  get lf(): string {
    if (this.#lf === null) {
      this.#lf = this.text.replaceAll('\r\n', '\n');
      spend(this.#work, this.size - this.#lf.length + this.size / BYTES_PER_STEP);
    }
    return this.#lf;
  }

  /** What most lines end in; `\n` when they are even, null when there is no line end. */
  get eol(): '\n' | '\r\n' | null {
    if (!this.text.includes('\n')) return null;
    return this.#moreCrlfs() > 0 ? '\r\n' : '\n';
  }

  /** The same file with other text in the place of that from `start` up to, without, `end`. */
  spliced(start: number, end: number, fresh: string): OpenFile {
    const text = this.text.slice(0, start) + fresh + this.text.slice(end);
    const made = new OpenFile(this.mode, { text }, this.#work);
    spend(this.#work, text.length / BYTES_PER_STEP);
    if (this.#crlfs !== null) {
      // A line end right behind is another one when its `\r` comes or goes.
      const gone = moreCrlfs(this.text, start, end + 1);
      made.#crlfs = this.#crlfs - gone + moreCrlfs(text, start, start + fresh.length + 1);
    }
    return made;
  }

  /** The same file with other lines. */
  withLines(lines: readonly string[]): OpenFile {
    spend(this.#work, STEPS_PER_LINE * lines.length);
    return new OpenFile(this.mode, { lines }, this.#work);
  }

  /** Whether it is these bytes, not copied and not made anew. */
  holds(bytes: Uint8Array): boolean {
    return this.#bytes === bytes;
  }

  withMode(mode: FileMode): OpenFile {
    if (mode === this.mode) return this;
    const made = new OpenFile(mode, this.#content(), this.#work);
    made.#text = this.#text;
    made.#lines = this.#lines;
    made.#crlfs = this.#crlfs;
    return made;
  }

  #content(): Content {
    if (this.#bytes !== null) return { bytes: this.#bytes };
    return this.#text === null ? { lines: this.#lines ?? [] } : { text: this.#text };
  }

  #moreCrlfs(): number {
    if (this.#crlfs === null) {
      this.#crlfs = moreCrlfs(this.text, 0, this.size);
      spend(this.#work, this.size / BYTES_PER_STEP + Math.abs(this.#crlfs));
    }
    return this.#crlfs;
  }

  #paid<T>(made: T): T {
    spend(this.#work, this.size / BYTES_PER_STEP);
    return made;
  }
}

function sizeOf(content: Content): number {
  if ('bytes' in content) return content.bytes.length;
  if ('text' in content) return content.text.length;
  return content.lines.reduce((sum, line) => sum + line.length, 0);
}

/** How many more lines end in `\r\n` than in `\n`, of those whose `\n` stands from `start` up to, without, `end`. */
function moreCrlfs(text: string, start: number, end: number): number {
  let more = 0;
  for (let at = text.indexOf('\n', start); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) {
    more += at > 0 && text.charCodeAt(at - 1) === 0x0d ? 1 : -1;
  }
  return more;
}
