import type { Needs } from '../../app/needs.ts';
import { patchArtifact, patchDiff, patchEvidence, patchSummary } from '../../app/patch-reads.ts';
import { bytes, json } from '../answer.ts';
import { noBody } from '../body.ts';
import { NOTHING } from '../middleware/validate.ts';
import { type Route, route } from '../route.ts';
import { ARTIFACT_PARAMS, PATCH_PARAMS } from './shapes.ts';

/** What is kept about one patch: its summary, its diff, what its checks left, and the evidence. */
export function patchPartRoutes(needs: Needs): readonly Route[] {
  const reading = {
    method: 'get',
    act: 'read',
    params: PATCH_PARAMS,
    query: NOTHING,
    body: noBody,
  } as const;
  return [
    route({
      ...reading,
      path: '/api/v1/patches/:id/summary',
      answer: async ({ params: { id }, request }) => {
        request.res?.vary('Accept');
        return request.accepts(['text/markdown', 'application/json']) === 'application/json'
          ? bytes('application/json; charset=utf-8', await patchSummary(needs, id, 'json'))
          : bytes('text/markdown; charset=utf-8', await patchSummary(needs, id, 'markdown'));
      },
    }),
    route({
      ...reading,
      path: '/api/v1/patches/:id/diff',
      // No charset: the bytes are the repository's, and may be in none.
      answer: async ({ params: { id } }) => bytes('text/x-diff', await patchDiff(needs, id)),
    }),
    route({
      ...reading,
      path: '/api/v1/patches/:id/artifacts/:digest',
      params: ARTIFACT_PARAMS,
      answer: async ({ params: { id, digest } }) => {
        const { artifact, bytes: content } = await patchArtifact(needs, id, digest);
        return bytes(artifact.mediaType, content);
      },
    }),
    route({
      ...reading,
      path: '/api/v1/patches/:id/evidence',
      answer: async ({ params: { id } }) => json(await patchEvidence(needs, id)),
    }),
  ];
}
