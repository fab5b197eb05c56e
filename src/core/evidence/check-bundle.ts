import type { Sha256 } from '../digest.ts';
import { sha256 } from '../digest.ts';
import { type Envelope, IN_TOTO, payloadOf, preAuthEncoding, readBundle } from './dsse.ts';
import { isSignedBy } from './ed25519.ts';
import { type Moment, publicKeyOf, type Trust, trustedKey } from './trust/trust.ts';

export interface BundleToCheck {
  readonly bytes: Uint8Array;
  /** What the ledger or the log says that it is. */
  readonly digest: Sha256;
  readonly workspace: string;
  readonly signed: Moment;
}

export type CheckedBundle =
  | { readonly kind: 'signed'; readonly payloads: readonly Uint8Array[] }
  | { readonly kind: 'broken'; readonly problems: readonly string[] };

/** Whether these are the bytes that were kept, and every envelope in them is signed by a key that may, and by no other. */
export function checkBundle(
  { bytes, digest, workspace, signed }: BundleToCheck,
  trust: Trust,
): CheckedBundle {
  const got = sha256(bytes);
  const problems = got === digest ? [] : [`its evidence has digest ${got}, recorded was ${digest}`];
  const read = readBundle(bytes);
  if (read.kind === 'broken')
    return { kind: 'broken', problems: [...problems, `its evidence: ${read.problem}`] };
  for (const [at, envelope] of read.envelopes.entries())
    for (const why of envelopeProblems(envelope, trust, { workspace, signed }))
      problems.push(`envelope ${at + 1} of its evidence: ${why}`);
  return problems.length === 0
    ? { kind: 'signed', payloads: read.envelopes.map(payloadOf) }
    : { kind: 'broken', problems };
}

function envelopeProblems(
  envelope: Envelope,
  trust: Trust,
  { workspace, signed }: Pick<BundleToCheck, 'workspace' | 'signed'>,
): readonly string[] {
  if (envelope.payloadType !== IN_TOTO)
    return [`its type is ${JSON.stringify(envelope.payloadType)}, not ${IN_TOTO}`];
  const bytes = preAuthEncoding(envelope.payloadType, payloadOf(envelope));
  return envelope.signatures.flatMap(({ keyid, sig }) => {
    const trusted = trustedKey(trust, { keyId: keyid, workspace, signed });
    if (trusted.kind === 'untrusted') return [trusted.why];
    return isSignedBy(publicKeyOf(trusted.key), bytes, Buffer.from(sig, 'base64'))
      ? []
      : [`the signature of key ${keyid.slice(0, 16)} is not over it`];
  });
}
