import Joi from 'joi';
import type { Needs } from '../../app/needs.ts';
import { freezePhase, thawPhase } from '../../app/orders/freeze-phase.ts';
import { phasesOf } from '../../app/orders/list-phases.ts';
import { viewFrozen } from '../../app/views.ts';
import { json } from '../answer.ts';
import { jsonBody, noBody } from '../body.ts';
import { NOTHING } from '../middleware/validate.ts';
import { type Route, route } from '../route.ts';
import { PHASE, REASON, type Reason } from './shapes.ts';

const PHASES = '/api/v1/phases';
const PHASE_PARAMS = Joi.object<{ phase: string }>({ phase: PHASE.required() });
const FREEZE = Joi.object<Reason>({ reason: REASON.required() });

/** Phases of the plan, over all workspaces. */
export function phaseRoutes(needs: Needs): readonly Route[] {
  const acting = { method: 'post', params: PHASE_PARAMS, query: NOTHING } as const;
  return [
    route({
      method: 'get',
      path: PHASES,
      act: 'read-phases',
      params: NOTHING,
      query: NOTHING,
      body: noBody,
      answer: async () => json({ phases: (await phasesOf(needs)).phases }),
    }),
    route({
      ...acting,
      path: `${PHASES}/:phase/freeze`,
      act: 'freeze',
      body: jsonBody<Reason>(FREEZE),
      answer: async ({ params: { phase }, body: { reason }, actor }) =>
        json(viewFrozen(await freezePhase(needs, { phase, reason, actor }))),
    }),
    route({
      ...acting,
      path: `${PHASES}/:phase/thaw`,
      act: 'thaw',
      body: noBody,
      answer: async ({ params: { phase }, actor }) =>
        json(viewFrozen(await thawPhase(needs, { phase, actor }))),
    }),
  ];
}
