import Joi from 'joi';
import { approvePatch } from '../../app/approvals/approve-patch.ts';
import type { Approvable } from '../../app/approvals/effect-now.ts';
import { rejectPatch } from '../../app/approvals/reject-patch.ts';
import type { Needs } from '../../app/needs.ts';
import { repairRequestOf } from '../../app/repair-request-of.ts';
import { viewApproval, viewPatch } from '../../app/views.ts';
import { json } from '../answer.ts';
import { type BodyReader, jsonBody } from '../body.ts';
import { NOTHING } from '../middleware/validate.ts';
import { type Route, route } from '../route.ts';
import { PATCH_PARAMS, REASON, type Reason } from './shapes.ts';

/** What the approver has looked at; left out, it is what the patch does as it is approved. */
const APPROVAL = Joi.object<Partial<Approvable>>({
  base: Joi.string().pattern(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/),
  effect: Joi.string().pattern(/^[0-9a-f]{64}$/),
});
const readApproval: BodyReader<Partial<Approvable>> = (request, raw) =>
  raw.byteLength === 0 ? {} : jsonBody(APPROVAL)(request, raw);

const REJECTION = Joi.object<Reason>({ reason: REASON.required() });

/** What people say of a patch that waits. */
export function approvalRoutes(needs: Needs): readonly Route[] {
  const acting = { method: 'post', params: PATCH_PARAMS, query: NOTHING } as const;
  return [
    route({
      ...acting,
      path: '/api/v1/patches/:id/approve',
      act: 'approve',
      body: readApproval,
      answer: async ({ params: { id }, body: seen, actor }) =>
        json(viewApproval(await approvePatch(needs, { id, actor, seen }))),
    }),
    route({
      ...acting,
      path: '/api/v1/patches/:id/reject',
      act: 'reject',
      body: jsonBody<Reason>(REJECTION),
      answer: async ({ params: { id }, body: { reason }, actor }) => {
        const patch = await rejectPatch(needs, { id, reason, actor });
        return json(viewPatch(patch, await repairRequestOf(needs, patch)));
      },
    }),
  ];
}
