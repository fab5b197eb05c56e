import type { Acts } from '../acts.ts';
import type { Arguments, Parameters } from '../arguments.ts';

/** What an agent is offered: a name, what it takes and gives, and the act behind it. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly nature: Nature;
  readonly takes: Parameters;
  readonly gives: Readonly<Record<string, unknown>>;
  /** What is refused is thrown, as a GhostError. */
  readonly act: (acts: Acts, given: Arguments, turn: Turn) => Promise<Told>;
}

/** `reads` changes nothing; `adds` takes nothing away; `ends` does. Called again alike, none of them does more. */
export type Nature = 'reads' | 'adds' | 'ends';

/** One call, as it goes on. */
export interface Turn {
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Progress, for whoever asked to hear of it. */
  readonly tell: (message: string) => void;
}

export interface Told {
  /** For reading. */
  readonly text: string;
  readonly data: object;
  /** The act went well, and its outcome did not. */
  readonly failed?: true;
}

/** A JSON Schema of an object with at least these members; others may stand beside them. */
export function gives(
  properties: Readonly<Record<string, object>>,
  required: readonly string[] = Object.keys(properties),
): Readonly<Record<string, unknown>> {
  return { type: 'object', properties, required, additionalProperties: true };
}
