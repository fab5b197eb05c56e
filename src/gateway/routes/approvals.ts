import Joi from 'joi';
import { approvePatch } from '../../app/approvals/approve-patch.ts';
import { rejectPatch } from '../../app/approvals/reject-patch.ts';
import type { Needs } from '../../app/needs.ts';
import { repairRequestOf } from '../../app/repair-request-of.ts';
import { viewApproval, viewPatch } from '../../app/views.ts';
import { json } from '../answer.ts';
import { jsonBody, noBody } from '../body.ts';
import { NOTHING } from '../middleware/validate.ts';
import { type Route, route } from '../route.ts';
import { PATCH_PARAMS, REASON, type Reason } from './shapes.ts';

const REJECTION = Joi.object<Reason>({ reason: REASON.required() });

/** What people say of a patch that waits. */
export function approvalRoutes(needs: Needs): readonly Route[] {
  const acting = { method: 'post', params: PATCH_PARAMS, query: NOTHING } as const;
  return [
    route({
      ...acting,
      path: '/api/v1/patches/:id/approve',
      act: 'approve',
      body: noBody,
      answer: async ({ params: { id }, actor }) =>
        json(viewApproval(await approvePatch(needs, { id, actor }))),
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
