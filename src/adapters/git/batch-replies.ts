import type { ObjectType } from './object-id.ts';

export type Reply =
  | { readonly kind: 'object'; readonly id: string; readonly type: ObjectType; readonly bytes: Buffer }
  | { readonly kind: 'missing' }
  /** Its content was passed over. */
  | { readonly kind: 'too-large'; readonly size: number }
  | { readonly kind: 'odd'; readonly line: string };

interface Header {
  readonly id: string;
  readonly type: ObjectType;
  readonly size: number;
}

const OBJECT = /^([0-9a-f]{40,64}) (blob|tree|commit|tag) (\d+)$/;
/** A name that stands for nothing, or an abbreviated id that stands for several objects. */
const NO_OBJECT = / (?:missing|ambiguous)$/;
const NEWLINE = 0x0a;

/**
 * Cuts the output of `git cat-file --batch-command` into replies: a line `<id> <type> <size>`, then that many bytes
 * and a newline; or a line that ends in ` missing` or ` ambiguous`. Chunks may be cut anywhere.
 */
export class BatchReplies {
  readonly #cap: number;
  #header: Header | null = null;
  #line: Buffer[] = [];
  #content: Buffer[] = [];
  #left = 0;

  constructor(cap: number) {
    this.#cap = cap;
  }

  push(chunk: Buffer): Reply[] {
    const replies: Reply[] = [];
    let rest = chunk;
    while (rest.length > 0) {
      rest = this.#header ? this.#takeContent(rest, replies) : this.#takeLine(rest, replies);
    }
    return replies;
  }

  #takeLine(chunk: Buffer, replies: Reply[]): Buffer {
    const end = chunk.indexOf(NEWLINE);
    this.#line.push(end < 0 ? chunk : chunk.subarray(0, end));
    if (end < 0) return chunk.subarray(chunk.length);
    const line = Buffer.concat(this.#line).toString('latin1');
    this.#line = [];
    const [, id = '', type, size = ''] = OBJECT.exec(line) ?? [];
    if (isObjectType(type)) {
      this.#header = { id, type, size: Number(size) };
      this.#left = this.#header.size + 1;
    } else {
      replies.push(NO_OBJECT.test(line) ? { kind: 'missing' } : { kind: 'odd', line });
    }
    return chunk.subarray(end + 1);
  }

  #takeContent(chunk: Buffer, replies: Reply[]): Buffer {
    const header = this.#header;
    if (!header) return chunk;
    const taken = chunk.subarray(0, this.#left);
    this.#left -= taken.length;
    const tooLarge = header.size > this.#cap;
    if (!tooLarge) this.#content.push(taken);
    if (this.#left === 0) {
      const bytes = Buffer.concat(this.#content).subarray(0, header.size);
      replies.push(
        tooLarge
          ? { kind: 'too-large', size: header.size }
          : { kind: 'object', id: header.id, type: header.type, bytes },
      );
      this.#header = null;
      this.#content = [];
    }
    return chunk.subarray(taken.length);
  }
}

function isObjectType(text: string | undefined): text is ObjectType {
  return text === 'blob' || text === 'tree' || text === 'commit' || text === 'tag';
}
