import { createHash } from 'node:crypto';
import { isSignedBy } from '../ed25519.ts';

/*
 * Signed notes (C2SP signed-note): a text, an empty line, and a line for each signature, which names its key and carries the
 * first bytes of the key's hash. Ed25519 alone.
 */

export interface NoteSignature {
  /** Of the key: no white space, no plus. */
  readonly name: string;
  /** The first four bytes of the hash over name and key, in hexadecimal. */
  readonly keyHash: string;
  readonly signature: Uint8Array;
}

export interface Note {
  /** What is signed; it ends with a line end. */
  readonly text: string;
  readonly signatures: readonly [NoteSignature, ...NoteSignature[]];
}

export interface NoteKey {
  readonly name: string;
  /** The key's own 32 bytes. */
  readonly publicKey: Uint8Array;
}

export interface NoteSigning extends NoteKey {
  sign(bytes: Uint8Array): Uint8Array;
}

const ED25519 = Buffer.from([1]);
const KEY_HASH_BYTES = 4;
/** A note that somebody hands us is read whole; real ones have a few hundred bytes and one to three signatures. */
const LONGEST_NOTE = 64 * 1024;
const MOST_SIGNATURES = 100;

/** The first four bytes of SHA-256 over the name, a line end, the algorithm's number and the key. */
export function noteKeyHash({ name, publicKey }: NoteKey): string {
  const hash = createHash('sha256').update(`${name}\n`).update(ED25519).update(publicKey).digest();
  return hash.subarray(0, KEY_HASH_BYTES).toString('hex');
}

/** `— name base64(keyhash||signature)`, with its line end. */
export function signatureLine({ name, keyHash, signature }: NoteSignature): string {
  const bytes = Buffer.concat([Buffer.from(keyHash, 'hex'), signature]);
  return `\u2014 ${name} ${bytes.toString('base64')}\n`;
}

/** The whole note. `text` ends with a line end; `key` has the name under which it signs. */
export function signNote(text: string, key: NoteSigning): string {
  if (!text.endsWith('\n')) throw new TypeError('the text of a note ends with a line end');
  if (!isKeyName(key.name))
    throw new TypeError(`${JSON.stringify(key.name)} is no name for the key of a note`);
  const signature = key.sign(Buffer.from(text, 'utf8'));
  return `${text}\n${signatureLine({ name: key.name, keyHash: noteKeyHash(key), signature })}`;
}

export type ReadNote =
  | { readonly kind: 'read'; readonly note: Note }
  | { readonly kind: 'broken'; readonly problem: string };

/** The parts of a note; whether its signatures are right is not asked. Other bytes never give the same note. */
export function readNote(bytes: Uint8Array): ReadNote {
  if (bytes.byteLength > LONGEST_NOTE) return broken(`it is longer than ${LONGEST_NOTE} bytes`);
  const whole = Buffer.from(bytes).toString('utf8');
  if (!Buffer.from(whole, 'utf8').equals(bytes)) return broken('it is not UTF-8');
  if (hasControls(whole)) return broken('it has control characters');
  const end = whole.lastIndexOf('\n\n');
  if (end === -1 || !whole.endsWith('\n')) return broken('no text, empty line and lines of signatures');
  const lines = whole.slice(end + 2, -1).split('\n');
  if (lines.length > MOST_SIGNATURES) return broken(`it has more than ${MOST_SIGNATURES} signatures`);
  const signatures = lines.flatMap((line) => readSignature(line) ?? []);
  const [first, ...rest] = signatures;
  if (first === undefined || signatures.length !== lines.length) return broken('a line is not a signature');
  return { kind: 'read', note: { text: whole.slice(0, end + 1), signatures: [first, ...rest] } };
}

/**
 * The keys, of those that are given, whose signatures are under the note. Signatures of others say nothing, but one that names
 * a given key and is not that key's makes the note broken: null.
 */
export function signersOf<Key extends NoteKey>(
  { text, signatures }: Note,
  keys: readonly Key[],
): readonly Key[] | null {
  const bytes = Buffer.from(text, 'utf8');
  const signers: Key[] = [];
  for (const { name, keyHash, signature } of signatures) {
    const key = keys.find((each) => each.name === name && noteKeyHash(each) === keyHash);
    if (key === undefined) continue;
    if (!isSignedBy(key.publicKey, bytes, signature)) return null;
    signers.push(key);
  }
  return signers;
}

function readSignature(line: string): NoteSignature | null {
  const [dash, name, text, ...more] = line.split(' ');
  if (dash !== '\u2014' || name === undefined || text === undefined || more.length > 0) return null;
  const bytes = Buffer.from(text, 'base64');
  if (!isKeyName(name) || bytes.toString('base64') !== text || bytes.length <= KEY_HASH_BYTES) return null;
  const keyHash = bytes.subarray(0, KEY_HASH_BYTES).toString('hex');
  return { name, keyHash, signature: new Uint8Array(bytes.subarray(KEY_HASH_BYTES)) };
}

function isKeyName(name: string): boolean {
  return name !== '' && !/[\s+]/u.test(name);
}

/** All but the line end: what is shown is what was signed. */
function hasControls(text: string): boolean {
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20 && character !== '\n') return true;
  }
  return false;
}

function broken(problem: string): ReadNote {
  return { kind: 'broken', problem };
}
