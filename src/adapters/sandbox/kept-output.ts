/**
 * Keeps the beginning and the end of a stream in bounded memory: a quarter of the cap for the beginning, the rest for the
 * end, where a failing command tells why. What is left out between them is counted in a line of its own.
 */
export class KeptOutput {
  readonly #head: Buffer;
  readonly #tail: Buffer;
  #headBytes = 0;
  /** All bytes that came after the head; the ring holds the last of them. */
  #tailBytes = 0;

  constructor(cap: number) {
    this.#head = Buffer.alloc(Math.floor(cap / 4));
    this.#tail = Buffer.alloc(cap - this.#head.length);
  }

  add(chunk: Uint8Array): void {
    const forHead = Math.min(chunk.length, this.#head.length - this.#headBytes);
    this.#head.set(chunk.subarray(0, forHead), this.#headBytes);
    this.#headBytes += forHead;
    this.#addToRing(chunk.subarray(forHead));
  }

  get truncated(): boolean {
    return this.#tailBytes > this.#tail.length;
  }

  bytes(): Uint8Array {
    const head = this.#head.subarray(0, this.#headBytes);
    if (!this.truncated) return Buffer.concat([head, this.#tail.subarray(0, this.#tailBytes)]);
    const marker = `\n[... ${this.#tailBytes - this.#tail.length} bytes left out ...]\n`;
    const oldest = this.#tailBytes % this.#tail.length;
    const tail = [this.#tail.subarray(oldest), this.#tail.subarray(0, oldest)];
    return Buffer.concat([head, Buffer.from(marker), ...tail]);
  }

  #addToRing(chunk: Uint8Array): void {
    const size = this.#tail.length;
    const skipped = Math.max(0, chunk.length - size);
    const last = chunk.subarray(skipped);
    const start = size === 0 ? 0 : (this.#tailBytes + skipped) % size;
    const untilEnd = Math.min(last.length, size - start);
    this.#tail.set(last.subarray(0, untilEnd), start);
    this.#tail.set(last.subarray(untilEnd), 0);
    this.#tailBytes += chunk.length;
  }
}
