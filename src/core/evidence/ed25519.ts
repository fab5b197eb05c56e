import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { type Sha256, sha256 } from '../digest.ts';

/*
 * Public keys of Ed25519 (RFC 8032) as their own 32 bytes, which is what SSH and signed notes write down; whoever wants SPKI
 * gets it by a prefix that is the same for all of them (RFC 8410).
 */

const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

/** False for every signature that is not this key's over these bytes, one of another length included. */
export function isSignedBy(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.byteLength !== KEY_BYTES || signature.byteLength !== SIGNATURE_BYTES) return false;
  return verify(null, bytes, keyObject(publicKey), signature);
}

/** The name of a key in envelopes and trust files: the digest of its SPKI form. */
export function keyIdOf(publicKey: Uint8Array): Sha256 {
  return sha256(spki(publicKey));
}

function keyObject(publicKey: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.from(spki(publicKey)), format: 'der', type: 'spki' });
}

function spki(publicKey: Uint8Array): Uint8Array {
  if (publicKey.byteLength !== KEY_BYTES) throw new TypeError(`a key of Ed25519 has ${KEY_BYTES} bytes`);
  return Buffer.concat([SPKI_PREFIX, publicKey]);
}
