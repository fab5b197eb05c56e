import type { RequestHandler } from 'express';
import Joi from 'joi';
import { chooseWorkspace } from '../../app/choose-workspace.ts';
import type { Needs } from '../../app/needs.ts';
import { REHEARSALS_PATH, type RehearsalCall } from '../../app/rehearse-at-runner.ts';
import { type Rehearsal, rehearsePatch } from '../../app/rehearse-patch.ts';
import { sha256 } from '../../core/digest.ts';
import { fail } from '../../core/errors.ts';
import { SharedCalls } from '../../platform/shared-calls.ts';
import { json } from '../answer.ts';
import { jsonBody } from '../body.ts';
import { NOTHING } from '../middleware/validate.ts';
import { type Route, route } from '../route.ts';
import { FORMAT, MERGE, WORKSPACE_NAME } from './shapes.ts';
import { idempotencyKeyOf } from './submission.ts';

/** What a runner is, to those that call it. */
export interface CalledRunner {
  readonly instance: string;
  /** Once it stops it begins nothing new. */
  readonly isStopping: () => boolean;
}

const REHEARSAL_CALL = Joi.object<RehearsalCall>({
  workspace: WORKSPACE_NAME.required(),
  format: FORMAT.allow(null).required(),
  merge: MERGE.required(),
  patch: Joi.string().base64().allow('').required(),
});

/** Work that needs no lease, for gateways of this installation. The answer names the runner that gave it. */
export function runnerCallRoutes(
  needs: Parameters<typeof rehearsePatch>[0] & Pick<Needs, 'workspaces'>,
  { instance }: CalledRunner,
): readonly Route[] {
  const rehearsals = new SharedCalls<Rehearsal>();
  return [
    route({
      method: 'post',
      path: REHEARSALS_PATH,
      act: 'call-runner',
      params: NOTHING,
      query: NOTHING,
      body: jsonBody<RehearsalCall>(REHEARSAL_CALL),
      answer: async ({ body: called, request }) => {
        const { patch, ...said } = called;
        const workspace = await chooseWorkspace(needs, said.workspace);
        const body = Buffer.from(patch, 'base64');
        const rehearse = () => rehearsePatch(needs, { ...said, workspace, body });
        const key = idempotencyKeyOf(request);
        // A gateway that lost its connection and asks again joins what is under way.
        const answer =
          key === null
            ? await rehearse()
            : await rehearsals.run(`${key} ${sha256(JSON.stringify({ ...said, patch }))}`, rehearse);
        return json({ instance, answer });
      },
    }),
  ];
}

/** Refuses before anything is read. */
export function refuseWhileStopping({ instance, isStopping }: CalledRunner): RequestHandler {
  return (_request, _response, next) => {
    if (isStopping()) throw fail('runner_stopping', { instance });
    next();
  };
}
