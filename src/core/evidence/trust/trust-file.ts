import { type Sha256, sha256 } from '../../digest.ts';
import { canonicalJson } from '../../json.ts';
import { type Envelope, payloadOf, preAuthEncoding, readEnvelope, type Signing } from '../dsse.ts';
import { isSignedBy } from '../ed25519.ts';
import { readTrust } from './read-trust.ts';
import { publicKeyOf, type Trust } from './trust.ts';

/*
 * The trust file: every version there ever was, the first one first, each in an envelope that the roots of the version before have
 * signed, and its own. So nobody else can add one, and whoever has seen a version knows an older file when it comes again.
 */

const TRUST_TYPE = 'application/vnd.ghost.trust.v1+json';
const MOST_VERSIONS = 10_000;

export interface TrustVersion {
  readonly trust: Trust;
  /** What is pinned: the digest of the signed document. */
  readonly digest: Sha256;
}

export type TrustVersions = readonly [TrustVersion, ...TrustVersion[]];

export type ReadTrustFile =
  | { readonly kind: 'read'; readonly versions: TrustVersions; readonly envelopes: readonly Envelope[] }
  | { readonly kind: 'broken'; readonly problem: string };

export function newestVersion(versions: TrustVersions): TrustVersion {
  return versions.at(-1) ?? versions[0];
}

/** A version in its envelope; whoever has to sign it is the caller's to know. */
export function sealTrust(trust: Trust, signers: readonly [Signing, ...Signing[]]): Envelope {
  const payload = Buffer.from(canonicalJson(trust), 'utf8');
  const bytes = preAuthEncoding(TRUST_TYPE, payload);
  const sign = ({ keyId, sign: by }: Signing) => ({
    keyid: keyId,
    sig: Buffer.from(by(bytes)).toString('base64'),
  });
  const [first, ...rest] = signers;
  return {
    payloadType: TRUST_TYPE,
    payload: payload.toString('base64'),
    signatures: [sign(first), ...rest.map(sign)],
  };
}

export function trustFileBytes(envelopes: readonly Envelope[]): Uint8Array {
  const lines = envelopes.map((envelope) => `  ${canonicalJson(envelope)}`);
  return Buffer.from(`{"versions":[\n${lines.join(',\n')}\n]}\n`, 'utf8');
}

/** Every signature of every version is checked. One file has one spelling: bytes that nobody wrote are found wherever they are. */
export function readTrustFile(bytes: Uint8Array): ReadTrustFile {
  const envelopes = envelopesIn(bytes);
  if (envelopes === null) return broken('it is not the versions of a trust file, as they are written');
  const versions: TrustVersion[] = [];
  for (const [index, envelope] of envelopes.entries()) {
    const read = readVersion(envelope, versions.at(-1) ?? null);
    if (typeof read === 'string') return broken(`version ${index + 1}: ${read}`);
    versions.push(read);
  }
  const [first, ...rest] = versions;
  return first === undefined
    ? broken('it has no version')
    : { kind: 'read', versions: [first, ...rest], envelopes };
}

function envelopesIn(bytes: Uint8Array): readonly Envelope[] | null {
  const lines = Buffer.from(bytes).toString('utf8').split('\n').slice(1, -2);
  if (lines.length > MOST_VERSIONS) return null;
  const envelopes = lines.flatMap((line) => readEnvelope(line.trim().replace(/,$/, '')) ?? []);
  return Buffer.from(trustFileBytes(envelopes)).equals(bytes) ? envelopes : null;
}

function readVersion(envelope: Envelope, before: TrustVersion | null): TrustVersion | string {
  if (envelope.payloadType !== TRUST_TYPE) return `its type is not ${TRUST_TYPE}`;
  const payload = payloadOf(envelope);
  const read = readTrust(Buffer.from(payload).toString('utf8'));
  if (read.kind === 'broken') return read.problem;
  const { trust } = read;
  if (!Buffer.from(canonicalJson(trust), 'utf8').equals(payload)) return 'it is spelt in another way';
  const problem =
    (before === null ? beginningProblem(trust) : successionProblem(before, trust)) ??
    signatureProblem(envelope, trust, before?.trust ?? trust);
  return problem ?? { trust, digest: sha256(payload) };
}

function beginningProblem({ version, previous }: Trust): string | null {
  return version === 1 && previous === null ? null : 'the first version has number 1 and none before it';
}

function successionProblem({ trust, digest }: TrustVersion, next: Trust): string | null {
  if (next.version !== trust.version + 1) return `its number is ${next.version}, after ${trust.version}`;
  if (next.previous !== digest) return 'it does not follow the version before it';
  if (next.installation !== trust.installation) return 'it is of another installation';
  const lost = trust.keys.find(({ keyId }) => next.keys.every((key) => key.keyId !== keyId));
  return lost === undefined ? null : `key ${lost.keyId.slice(0, 16)} is gone from it`;
}

/** Signatures of others than the roots of both versions are refused: what nobody checks could be anything. */
function signatureProblem(envelope: Envelope, trust: Trust, before: Trust): string | null {
  const bytes = preAuthEncoding(TRUST_TYPE, payloadOf(envelope));
  const known = [...before.roots.keys, ...trust.roots.keys];
  const signers = new Set<string>();
  for (const { keyid, sig } of envelope.signatures) {
    const key = known.find(({ keyId }) => keyId === keyid);
    if (key === undefined || signers.has(keyid)) return 'it is signed by a key that has not to sign it';
    if (!isSignedBy(publicKeyOf(key), bytes, Buffer.from(sig, 'base64')))
      return `the signature of key ${keyid.slice(0, 16)} is not right`;
    signers.add(keyid);
  }
  for (const [whose, { threshold, keys }] of [
    ['before', before.roots],
    ['itself', trust.roots],
  ] as const) {
    const count = keys.filter(({ keyId }) => signers.has(keyId)).length;
    if (count < threshold) return `${count} of ${threshold} roots of the version ${whose} have signed it`;
  }
  return null;
}

function broken(problem: string): { readonly kind: 'broken'; readonly problem: string } {
  return { kind: 'broken', problem };
}
