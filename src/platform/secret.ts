import { inspect } from 'node:util';

const HIDDEN = '***';

/** A value that no log, error or dump shows; whoever really needs it says `expose()`. */
export interface Secret {
  expose(): string;
}

export function secret(value: string): Secret {
  return new Hidden(value);
}

class Hidden implements Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  expose(): string {
    return this.#value;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}
