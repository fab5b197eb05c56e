import type { Json } from '../core/json.ts';

/** Something that Ghost rests on and can measure by using it. */
export interface Dependency {
  readonly name: string;
  /** Asks it something real. @throws whatever went wrong */
  measure(): Promise<{ readonly latencyMs: number; readonly details: Json }>;
}
