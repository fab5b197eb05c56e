import type { Actor } from '../engine/actor.ts';
import type { Point } from '../fault-points.ts';

/** Bytes in order from one process to another. What was written stays readable when the writer is gone. */
export class Pipe<Message> {
  readonly #messages: Message[] = [];
  #isClosed = false;

  write(message: Message): void {
    if (!this.#isClosed) this.#messages.push(message);
  }

  close(): void {
    this.#isClosed = true;
  }

  /** The next message, or null at the end. */
  read(reader: Actor, point: Point): Promise<Message | null> {
    return reader.perform({
      point,
      ready: () => this.#messages.length > 0 || this.#isClosed,
      apply: () => this.#messages.shift() ?? null,
    });
  }
}
