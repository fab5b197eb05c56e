import { listEvidenceKeys } from '../../app/evidence/list-evidence-keys.ts';
import type { Needs } from '../../app/needs.ts';
import { json } from '../answer.ts';
import { noBody } from '../body.ts';
import { NOTHING } from '../middleware/validate.ts';
import { type Route, route } from '../route.ts';

/** A new key is published this long before anybody must know it. */
const KEPT_S = 300;

/** The public keys that our tokens are signed with, as a JSON Web Key Set (RFC 7517). */
export function keyRoutes(needs: Pick<Needs, 'signer' | 'evidenceSigner'>): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/.well-known/jwks.json',
      act: 'read-keys',
      params: NOTHING,
      query: NOTHING,
      body: noBody,
      answer: async () =>
        json(await needs.signer.publicKeys(), 200, { 'Cache-Control': `public, max-age=${KEPT_S}` }),
    }),
    // What commits and evidence are signed with: no key of these opens the API.
    route({
      method: 'get',
      path: '/.well-known/ghost-evidence-keys.json',
      act: 'read-keys',
      params: NOTHING,
      query: NOTHING,
      body: noBody,
      answer: async () =>
        json({ keys: await listEvidenceKeys(needs) }, 200, { 'Cache-Control': `public, max-age=${KEPT_S}` }),
    }),
  ];
}
