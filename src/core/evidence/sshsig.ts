import { createHash } from 'node:crypto';

/*
 * Signatures as OpenSSH writes them (PROTOCOL.sshsig), with Ed25519 (RFC 8709). What is signed is not the message but a
 * blob that names the namespace, so that a signature made for one purpose is none for another.
 */

const MAGIC = Buffer.from('SSHSIG');
const VERSION = Buffer.from([0, 0, 0, 1]);
const KEY_TYPE = 'ssh-ed25519';
const HASH = 'sha512';
/** As ssh-keygen folds it. */
const LINE = 70;

/** What commits and tags are signed for. */
export const GIT_NAMESPACE = 'git';

/** The bytes that the key signs for this message. */
export function sshSignedBytes(message: Uint8Array, namespace: string): Uint8Array {
  const digest = createHash(HASH).update(message).digest();
  return Buffer.concat([MAGIC, field(namespace), field(''), field(HASH), field(digest)]);
}

export interface SshSignature {
  /** The key's own 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly namespace: string;
  /** The 64 bytes of Ed25519 over `sshSignedBytes`. */
  readonly signature: Uint8Array;
}

/** The armoured signature, without a line end after its last line. */
export function armouredSignature({ publicKey, namespace, signature }: SshSignature): string {
  const blob = Buffer.concat([
    MAGIC,
    VERSION,
    field(sshKeyBlob(publicKey)),
    field(namespace),
    field(''),
    field(HASH),
    field(Buffer.concat([field(KEY_TYPE), field(signature)])),
  ]);
  const lines = blob.toString('base64').match(new RegExp(`.{1,${LINE}}`, 'g')) ?? [];
  return ['-----BEGIN SSH SIGNATURE-----', ...lines, '-----END SSH SIGNATURE-----'].join('\n');
}

/** What stands in the header of a signed commit: the commit's bytes without it, signed for git. */
export function signedForGit(
  commit: Uint8Array,
  key: { readonly publicKey: Uint8Array; sign(bytes: Uint8Array): Uint8Array },
): string {
  const signature = key.sign(sshSignedBytes(commit, GIT_NAMESPACE));
  return armouredSignature({ publicKey: key.publicKey, namespace: GIT_NAMESPACE, signature });
}

/** The public key as authorized_keys and allowed signers files have it: `ssh-ed25519 AAAA...`. */
export function sshPublicKey(publicKey: Uint8Array): string {
  return `${KEY_TYPE} ${sshKeyBlob(publicKey).toString('base64')}`;
}

/** A line of an allowed signers file (ssh-keygen(1)): `principal` may sign commits with this key, and nothing else. */
export function allowedSigner(principal: string, publicKey: Uint8Array): string {
  return `${principal} namespaces="${GIT_NAMESPACE}" ${sshPublicKey(publicKey)}`;
}

function sshKeyBlob(publicKey: Uint8Array): Buffer {
  return Buffer.concat([field(KEY_TYPE), field(publicKey)]);
}

/** A string of RFC 4251: its length in four bytes, and itself. */
function field(content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
