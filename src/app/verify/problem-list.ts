/** Where everything is broken, the first of it tells enough: what comes after is counted and not kept. */
export class ProblemList {
  readonly #most: number;
  readonly #first: string[] = [];
  #count = 0;

  constructor(most: number) {
    this.#most = most;
  }

  add(...problems: readonly string[]): void {
    this.#count += problems.length;
    this.#first.push(...problems.slice(0, this.#most - this.#first.length));
  }

  /** Of all that were added. */
  get count(): number {
    return this.#count;
  }

  first(): readonly string[] {
    return this.#first;
  }

  /** For what one divergence makes of all that comes after it: the first is named, the others are counted. */
  firstAndCount(): readonly string[] {
    const [first] = this.#first;
    if (first === undefined) return [];
    return [this.#count === 1 ? first : `${first}; ${this.#count - 1} more after it`];
  }
}
