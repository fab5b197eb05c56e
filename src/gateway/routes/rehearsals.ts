import Joi from 'joi';
import { chooseWorkspace } from '../../app/choose-workspace.ts';
import type { Needs } from '../../app/needs.ts';
import { type Rehearsal, type RehearsalRequest, rehearsePatch } from '../../app/rehearse-patch.ts';
import { json } from '../answer.ts';
import { NOTHING } from '../middleware/validate.ts';
import { type Route, route } from '../route.ts';
import { FORMAT, MERGE, WORKSPACE_NAME } from './shapes.ts';
import { agreed, idempotencyKeyOf, type SubmitQuery, submittedBody } from './submission.ts';

type RehearsalQuery = Pick<SubmitQuery, 'workspace' | 'format' | 'merge'>;

const REHEARSAL_QUERY = Joi.object<RehearsalQuery>({
  workspace: WORKSPACE_NAME.default(null),
  format: FORMAT.default(null),
  merge: MERGE.default(null),
});

export type Rehearse = (request: RehearsalRequest, idempotencyKey: string | null) => Promise<Rehearsal>;

/** Trying a patch on the tip without submitting it: nothing is stored, and it counts as no round of a repair. */
export function rehearsalRoutes(
  needs: Needs,
  rehearse: Rehearse = (request) => rehearsePatch(needs, request),
): readonly Route[] {
  return [
    route({
      method: 'post',
      path: '/api/v1/rehearsals',
      act: 'rehearse',
      params: NOTHING,
      query: REHEARSAL_QUERY,
      body: submittedBody,
      answer: async ({ query, body, request }) => {
        const workspace = await chooseWorkspace(needs, agreed('workspace', query.workspace, body.workspace));
        const asked = {
          workspace,
          body: body.patch,
          format: agreed('format', query.format, body.format),
          merge: agreed('merge', query.merge, body.merge) ?? 'never',
        };
        return json(await rehearse(asked, idempotencyKeyOf(request)));
      },
    }),
  ];
}
