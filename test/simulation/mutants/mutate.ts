/** The product with one part of its protocol taken out: what the simulator must be able to see. */
export interface Mutant {
  readonly name: string;
  /** What it does wrong, in a sentence. */
  readonly wrong: string;
  readonly changes: readonly Change[];
  /** Where another part of the protocol holds too, so that nothing goes wrong by this alone. */
  readonly covered?: Covered;
}

interface Covered {
  /** What holds, in a sentence. */
  readonly by: string;
  /** Name of the mutant that takes that out as well. */
  readonly seenIn: string;
}

interface Change {
  /** From the root of the checkout. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly text: string;
  readonly replacement: string;
}

/** The text of `file` as the mutant has it. @throws TypeError where what it changes is not there exactly once */
export function mutated(mutant: Mutant, file: string, text: string): string {
  return mutant.changes
    .filter((change) => change.file === file)
    .reduce((before, change) => exchanged(mutant, before, change), text);
}

function exchanged({ name }: Mutant, before: string, { file, text, replacement }: Change): string {
  const [head, tail, ...more] = before.split(text);
  if (head === undefined || tail === undefined || more.length > 0)
    throw new TypeError(
      `mutant ${name}: expected exactly once in ${file}, found ${tail === undefined ? 0 : more.length + 1} times: ${text}`,
    );
  return `${head}${replacement}${tail}`;
}
