import { allowedSigner, sshPublicKey } from '../../core/evidence/sshsig.ts';
import type { EvidenceKey } from '../../ports/evidence-signer.ts';
import type { Needs } from '../needs.ts';

/** Who signs commits, as an allowed signers file names them: the committer's address. */
const PRINCIPAL = 'ghost@localhost';

export interface EvidenceKeyView {
  readonly keyId: string;
  /** Only the newest signs. */
  readonly signs: boolean;
  readonly madeAt: string;
  /** As other programs take it. */
  readonly jwk: { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string; readonly kid: string };
  readonly ssh: string;
  /** A line of the file that git's `gpg.ssh.allowedSignersFile` names. */
  readonly allowedSigner: string;
}

/** The public keys of the evidence, newest first. */
export async function listEvidenceKeys(
  needs: Pick<Needs, 'evidenceSigner'>,
): Promise<readonly EvidenceKeyView[]> {
  return (await needs.evidenceSigner.keys()).map(viewKey);
}

function viewKey({ keyId, publicKey, madeAt }: EvidenceKey, at: number): EvidenceKeyView {
  return {
    ...{ keyId, signs: at === 0, madeAt: new Date(madeAt).toISOString() },
    jwk: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey).toString('base64url'), kid: keyId },
    ssh: sshPublicKey(publicKey),
    allowedSigner: allowedSigner(PRINCIPAL, publicKey),
  };
}
