import type { Sha256 } from '../../digest.ts';
import type { Tree } from './merkle.ts';

/** A log at one moment (C2SP tlog-checkpoint): which log it is, how many leaves it has, and their root. */
export interface Checkpoint extends Tree {
  /** The name of the log, which never changes. */
  readonly origin: string;
}

/** The text of the note that is signed: three lines. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  if (!isOrigin(origin) || !Number.isSafeInteger(size) || size < 0)
    throw new TypeError(`no checkpoint of ${JSON.stringify(origin)} with ${size} leaves`);
  return `${origin}\n${size}\n${Buffer.from(root, 'hex').toString('base64')}\n`;
}

export type ReadCheckpoint =
  | { readonly kind: 'read'; readonly checkpoint: Checkpoint }
  | { readonly kind: 'broken'; readonly problem: string };

/** Strict: three lines and no more, numbers and Base64 as they are written here, so that a text has one reading. */
export function readCheckpoint(text: string): ReadCheckpoint {
  const lines = text.split('\n');
  const [origin = '', size = '', root = '', rest] = lines;
  if (lines.length !== 4 || rest !== '') return broken('it is not origin, size and root in three lines');
  if (!isOrigin(origin)) return broken('its origin is no name of a log');
  if (!/^(?:0|[1-9]\d{0,15})$/.test(size) || !Number.isSafeInteger(Number(size)))
    return broken('its size is no count of leaves');
  const hash = Buffer.from(root, 'base64');
  if (hash.length !== 32 || hash.toString('base64') !== root)
    return broken('its root is no SHA-256 in Base64');
  return {
    kind: 'read',
    checkpoint: { origin, size: Number(size), root: hash.toString('hex') as Sha256 },
  };
}

function isOrigin(origin: string): boolean {
  return /^[^\s+]+$/u.test(origin);
}

function broken(problem: string): ReadCheckpoint {
  return { kind: 'broken', problem };
}
