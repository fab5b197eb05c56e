import { createHash } from 'node:crypto';
import { isSignedBy } from './ed25519.ts';
import { GIT_NAMESPACE } from './sshsig.ts';

/*
 * What `git verify-commit` does for a commit signed in SSH form, without git and ssh-keygen: the commit's bytes without its
 * signature, hashed and named as PROTOCOL.sshsig says, have to be signed by the key in the signature. Whose key that is, is
 * another question.
 */

export type CommitSignature =
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'broken'; readonly problem: string }
  /** The key's own 32 bytes; its signature is right. */
  | { readonly kind: 'signed'; readonly publicKey: Uint8Array };

/** Of the commit object's content. `header` is `gpgsig`, in repositories with SHA-256 ids `gpgsig-sha256`. */
export function commitSignature(commit: Uint8Array, header: 'gpgsig' | 'gpgsig-sha256'): CommitSignature {
  const { signed, armour } = split(Buffer.from(commit), header);
  const [only] = armour;
  if (only === undefined) return { kind: 'unsigned' };
  if (armour.length > 1) return broken('it has several signatures');
  const blob = unarmoured(only);
  const parts = blob === null ? null : partsOf(blob);
  if (parts === null) return broken('its signature is not one of SSH with Ed25519');
  const { publicKey, namespace, hash, signature } = parts;
  if (namespace !== GIT_NAMESPACE)
    return broken(`its signature is for ${JSON.stringify(namespace)}, not for git`);
  const bytes = Buffer.concat([
    ...[MAGIC, field(Buffer.from(namespace)), field(Buffer.alloc(0)), field(Buffer.from(hash))],
    field(createHash(hash).update(signed).digest()),
  ]);
  return isSignedBy(publicKey, bytes, signature)
    ? { kind: 'signed', publicKey }
    : broken('its signature is not over this commit');
}

const LINE_END = 0x0a;
const SPACE = 0x20;
const SIGNATURE_HEADERS = ['gpgsig', 'gpgsig-sha256'];

interface Split {
  /** The commit without signatures: one of the other kind is no part of what was signed either, as git has it. */
  readonly signed: Buffer;
  readonly armour: readonly string[];
}

function split(commit: Buffer, header: string): Split {
  const { fields, rest } = headerFields(commit);
  const nameOf = (line: Buffer) => line.subarray(0, Math.max(0, line.indexOf(' '))).toString('latin1');
  const kept = fields.filter((line) => !SIGNATURE_HEADERS.includes(nameOf(line)));
  const armour = fields
    .filter((line) => nameOf(line) === header)
    .map((line) =>
      line
        .subarray(header.length + 1)
        .toString('latin1')
        .replaceAll('\n ', '\n'),
    );
  return { signed: Buffer.concat([...kept, rest]), armour };
}

/** Each with its line end and the lines that continue it, up to the empty line before the message. */
function headerFields(commit: Buffer): { readonly fields: readonly Buffer[]; readonly rest: Buffer } {
  const fields: Buffer[] = [];
  let at = 0;
  while (at < commit.length && commit[at] !== LINE_END) {
    let end = lineEnd(commit, at);
    while (commit[end] === SPACE) end = lineEnd(commit, end);
    fields.push(commit.subarray(at, end));
    at = end;
  }
  return { fields, rest: commit.subarray(at) };
}

function lineEnd(bytes: Buffer, from: number): number {
  const at = bytes.indexOf(LINE_END, from);
  return at === -1 ? bytes.length : at + 1;
}

const ARMOUR = /^-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]+)\n-----END SSH SIGNATURE-----\n?$/;

function unarmoured(text: string): Buffer | null {
  const inner = ARMOUR.exec(text)?.[1]?.replaceAll('\n', '');
  if (inner === undefined) return null;
  const blob = Buffer.from(inner, 'base64');
  return blob.toString('base64') === inner ? blob : null;
}

const MAGIC = Buffer.from('SSHSIG');
const KEY_TYPE = 'ssh-ed25519';

interface Parts {
  readonly publicKey: Uint8Array;
  readonly namespace: string;
  readonly hash: 'sha256' | 'sha512';
  readonly signature: Uint8Array;
}

/** Null for anything else, other kinds of keys included: ours are all of one kind. */
function partsOf(blob: Buffer): Parts | null {
  if (!blob.subarray(0, MAGIC.length).equals(MAGIC) || blob.length < MAGIC.length + 4) return null;
  if (blob.readUInt32BE(MAGIC.length) !== 1) return null;
  const fields = fieldsOf(blob.subarray(MAGIC.length + 4));
  const [key, namespace, reserved, hash, signature] = fields ?? [];
  if (fields?.length !== 5 || !key || !namespace || !reserved || !hash || !signature) return null;
  const name = hash.toString('latin1');
  const [publicKey, bytes] = [ofEd25519(key), ofEd25519(signature)];
  if (publicKey === null || bytes === null || reserved.length > 0) return null;
  if (name !== 'sha512' && name !== 'sha256') return null;
  return { publicKey, namespace: namespace.toString('latin1'), hash: name, signature: bytes };
}

/** Keys and signatures are both a type and bytes. */
function ofEd25519(blob: Buffer): Buffer | null {
  const [type, bytes, ...more] = fieldsOf(blob) ?? [];
  return type?.toString('latin1') === KEY_TYPE && bytes !== undefined && more.length === 0 ? bytes : null;
}

/** Strings of RFC 4251 up to the end; null where they do not end there. */
function fieldsOf(blob: Buffer): readonly Buffer[] | null {
  const fields: Buffer[] = [];
  let at = 0;
  while (at < blob.length) {
    if (at + 4 > blob.length) return null;
    const end = at + 4 + blob.readUInt32BE(at);
    if (end > blob.length) return null;
    fields.push(blob.subarray(at + 4, end));
    at = end;
  }
  return fields;
}

function field(content: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.byteLength);
  return Buffer.concat([length, content]);
}

function broken(problem: string): CommitSignature {
  return { kind: 'broken', problem };
}
