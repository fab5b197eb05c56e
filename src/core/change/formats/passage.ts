/**
 * A piece of the patch text that holds one format and nothing else: the whole text, or what stands between two fences
 * of a chat message. Bytes as latin1, without a byte order mark.
 */
export interface Passage {
  readonly text: string;
  /** Line of the patch text, from 1, at which `text` begins, so that faults name lines as submitted. */
  readonly firstLine: number;
  /** The file named right above the fence, as it stands there; null where none is. */
  readonly name: string | null;
}
