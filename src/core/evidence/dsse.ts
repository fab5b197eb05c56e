import { canonicalJson } from '../json.ts';

/** A signed payload (DSSE 1.0): the bytes that were signed are in it, so that nothing has to be written anew to check it. */
export interface Envelope {
  readonly payloadType: string;
  /** Base64. */
  readonly payload: string;
  readonly signatures: readonly [EnvelopeSignature, ...EnvelopeSignature[]];
}

interface EnvelopeSignature {
  readonly keyid: string;
  /** Base64, over the pre-authentication encoding. */
  readonly sig: string;
}

/** What a payload in an envelope of ours is. */
export const IN_TOTO = 'application/vnd.in-toto+json';

/** What is signed: the type is bound to the payload, and no two pairs of them give the same bytes (DSSE 1.0, PAE). */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = Buffer.from(payloadType, 'utf8');
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${type.length} `),
    type,
    Buffer.from(` ${payload.byteLength} `),
    payload,
  ]);
}

export interface Signing {
  readonly keyId: string;
  sign(bytes: Uint8Array): Uint8Array;
}

export function sealEnvelope(payload: Uint8Array, { keyId, sign }: Signing): Envelope {
  const sig = Buffer.from(sign(preAuthEncoding(IN_TOTO, payload))).toString('base64');
  return {
    payloadType: IN_TOTO,
    payload: Buffer.from(payload).toString('base64'),
    signatures: [{ keyid: keyId, sig }],
  };
}

/** Envelopes as JSON lines: what is kept of a landing, and a leaf of the log of its workspace. */
export function bundleOf(envelopes: readonly Envelope[]): Uint8Array {
  return Buffer.from(envelopes.map((envelope) => `${canonicalJson(envelope)}\n`).join(''), 'utf8');
}

export type ReadBundle =
  | { readonly kind: 'read'; readonly envelopes: readonly Envelope[] }
  | { readonly kind: 'broken'; readonly problem: string };

/** The envelopes of a bundle as they stand in it; their signatures are not looked at. */
export function readBundle(bytes: Uint8Array): ReadBundle {
  const text = Buffer.from(bytes).toString('utf8');
  if (text === '' || !text.endsWith('\n')) return { kind: 'broken', problem: 'it does not end with a line' };
  const envelopes: Envelope[] = [];
  for (const [at, line] of text.slice(0, -1).split('\n').entries()) {
    const envelope = readEnvelope(line);
    if (envelope === null) return { kind: 'broken', problem: `line ${at + 1} is not a DSSE envelope` };
    envelopes.push(envelope);
  }
  return { kind: 'read', envelopes };
}

/** Null for anything that is not an envelope in the form that this module writes, other signatures beside ours included. */
export function readEnvelope(text: string): Envelope | null {
  const data = parsed(text);
  const { payloadType, payload, signatures } = data;
  if (typeof payloadType !== 'string' || !isBase64(payload) || !Array.isArray(signatures)) return null;
  const read = signatures.flatMap((one) => signatureIn(one) ?? []);
  const [first, ...rest] = read;
  if (first === undefined || read.length !== signatures.length) return null;
  return { payloadType, payload, signatures: [first, ...rest] };
}

/** The payload's bytes. */
export function payloadOf({ payload }: Envelope): Uint8Array {
  return Buffer.from(payload, 'base64');
}

function signatureIn(data: unknown): EnvelopeSignature | null {
  const { keyid, sig } = membersOf(data);
  return typeof keyid === 'string' && isBase64(sig) ? { keyid, sig } : null;
}

function parsed(text: string): Record<string, unknown> {
  try {
    return membersOf(JSON.parse(text));
  } catch {
    return {};
  }
}

function membersOf(data: unknown): Record<string, unknown> {
  return data !== null && typeof data === 'object' ? { ...data } : {};
}

/** Strict, since Buffer reads whatever it is given: what decodes to the same bytes but is spelt otherwise is not ours. */
function isBase64(text: unknown): text is string {
  return typeof text === 'string' && Buffer.from(text, 'base64').toString('base64') === text;
}
