import type { Needs } from '../../app/needs.ts';
import { json } from '../answer.ts';
import { noBody } from '../body.ts';
import { NOTHING } from '../middleware/validate.ts';
import { type Route, route } from '../route.ts';

/** A new key is published this long before anybody must know it. */
const KEPT_S = 300;

/** The public keys that our tokens are signed with, as a JSON Web Key Set (RFC 7517). */
export function keyRoutes(needs: Pick<Needs, 'signer'>): readonly Route[] {
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
  ];
}
