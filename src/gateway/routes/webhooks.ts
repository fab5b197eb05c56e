import Joi from 'joi';
import type { Needs } from '../../app/needs.ts';
import { listWebhooks, replayWebhook, testWebhook } from '../../app/webhooks/webhooks.ts';
import { json } from '../answer.ts';
import { jsonBody, noBody } from '../body.ts';
import { NOTHING } from '../middleware/validate.ts';
import { type Route, route } from '../route.ts';
import { POSITION } from './shapes.ts';

const WEBHOOKS = '/api/v1/webhooks';

interface Replay {
  /** Null goes on where it stood. */
  readonly since: number | null;
}

const NAME_PARAMS = Joi.object<{ name: string }>({ name: Joi.string().max(63).required() });
const REPLAY = Joi.object<Replay>({ since: POSITION.allow(null).default(null) });

/** Who outside is told of events, for the operator. */
export function webhookRoutes(needs: Needs): readonly Route[] {
  return [
    route({
      method: 'get',
      path: WEBHOOKS,
      act: 'read-webhooks',
      params: NOTHING,
      query: NOTHING,
      body: noBody,
      answer: async () => json({ webhooks: await listWebhooks(needs) }),
    }),
    route({
      method: 'post',
      path: `${WEBHOOKS}/:name/test`,
      act: 'test-webhook',
      params: NAME_PARAMS,
      query: NOTHING,
      body: noBody,
      answer: async ({ params: { name }, actor }) => json(await testWebhook(needs, { name, actor })),
    }),
    route({
      method: 'post',
      path: `${WEBHOOKS}/:name/replay`,
      act: 'replay-webhook',
      params: NAME_PARAMS,
      query: NOTHING,
      body: jsonBody<Replay>(REPLAY),
      answer: async ({ params: { name }, body: { since }, actor }) =>
        json(await replayWebhook(needs, { name, after: since, actor })),
    }),
  ];
}
