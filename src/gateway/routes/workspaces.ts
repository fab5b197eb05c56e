import Joi from 'joi';
import { acceptTip } from '../../app/accept-tip.ts';
import { addWorkspace } from '../../app/add-workspace.ts';
import { describeWorkspace, describeWorkspaces } from '../../app/describe-workspace.ts';
import { describeGate } from '../../app/gate/describe-gate.ts';
import type { Needs } from '../../app/needs.ts';
import { setMode } from '../../app/orders/set-mode.ts';
import { pauseWorkspace, resumeWorkspace } from '../../app/pause-workspace.ts';
import { removeWorkspace } from '../../app/remove-workspace.ts';
import { MODES, type Mode } from '../../core/queue/orders.ts';
import { json, nothing } from '../answer.ts';
import { jsonBody, noBody } from '../body.ts';
import { NOTHING } from '../middleware/validate.ts';
import { type Route, route } from '../route.ts';
import { REASON, type Reason, WORKSPACE_NAME, WORKSPACE_PARAMS } from './shapes.ts';

const WORKSPACES = '/api/v1/workspaces';

interface NewWorkspace {
  readonly name: string;
  readonly repo: string;
  readonly branch: string | null;
  readonly checks: readonly { readonly name: string; readonly run: string }[];
  readonly adopt: boolean;
}

const NEW_WORKSPACE = Joi.object<NewWorkspace>({
  name: WORKSPACE_NAME.required(),
  repo: Joi.string().max(4096).required(),
  branch: Joi.string().max(255).allow(null).default(null),
  checks: Joi.array()
    .items(Joi.object({ name: Joi.string().max(100).required(), run: Joi.string().max(10_000).required() }))
    .max(50)
    .default([]),
  adopt: Joi.boolean().default(false),
});

const PAUSE = Joi.object<Reason>({ reason: REASON.required() });

interface ModeRequest {
  readonly mode: Mode;
  readonly reason: string;
}

const MODE = Joi.object<ModeRequest>({
  mode: Joi.string()
    .valid(...MODES)
    .required(),
  reason: REASON.allow('').default(''),
});

interface Acceptance {
  readonly reason: string;
  readonly tip: string | null;
  readonly adopt: boolean;
}

const ACCEPTANCE = Joi.object<Acceptance>({
  reason: Joi.string().max(500).required(),
  tip: Joi.string().max(64).allow(null).default(null),
  adopt: Joi.boolean().default(false),
});

/** The register of workspaces: anyone may read it, an operator changes it. */
export function workspaceRoutes(needs: Needs): readonly Route[] {
  return [...readRoutes(needs), ...registerRoutes(needs), ...lineRoutes(needs)];
}

function readRoutes(needs: Needs): readonly Route[] {
  const reading = {
    method: 'get',
    act: 'read-workspaces',
    query: NOTHING,
    body: noBody,
  } as const;
  return [
    route({
      ...reading,
      path: WORKSPACES,
      params: NOTHING,
      answer: async () => json({ workspaces: await describeWorkspaces(needs) }),
    }),
    route({
      ...reading,
      path: `${WORKSPACES}/:name`,
      params: WORKSPACE_PARAMS,
      answer: async ({ params }) => json(await describeWorkspace(needs, params.name)),
    }),
    route({
      ...reading,
      path: `${WORKSPACES}/:name/gate`,
      params: WORKSPACE_PARAMS,
      answer: async ({ params }) => json(await describeGate(needs, params.name)),
    }),
  ];
}

function registerRoutes(needs: Needs): readonly Route[] {
  return [
    route({
      method: 'post',
      path: WORKSPACES,
      act: 'add-workspace',
      params: NOTHING,
      query: NOTHING,
      body: jsonBody<NewWorkspace>(NEW_WORKSPACE),
      answer: async ({ body, actor }) => {
        const { name } = await addWorkspace(needs, { ...body, actor });
        return json(await describeWorkspace(needs, name), 201, { Location: `${WORKSPACES}/${name}` });
      },
    }),
    route({
      method: 'delete',
      path: `${WORKSPACES}/:name`,
      act: 'remove-workspace',
      params: WORKSPACE_PARAMS,
      query: NOTHING,
      body: noBody,
      answer: async ({ params: { name }, actor }) => {
        await removeWorkspace(needs, { name, actor });
        return nothing();
      },
    }),
  ];
}

function lineRoutes(needs: Needs): readonly Route[] {
  const acting = { method: 'post', params: WORKSPACE_PARAMS, query: NOTHING } as const;
  return [
    route({
      ...acting,
      path: `${WORKSPACES}/:name/pause`,
      act: 'pause',
      body: jsonBody<Reason>(PAUSE),
      answer: async ({ params: { name }, body: { reason }, actor }) => {
        await pauseWorkspace(needs, { name, reason, actor });
        return json(await describeWorkspace(needs, name));
      },
    }),
    route({
      ...acting,
      path: `${WORKSPACES}/:name/resume`,
      act: 'resume',
      body: noBody,
      answer: async ({ params: { name }, actor }) => {
        await resumeWorkspace(needs, { name, actor });
        return json(await describeWorkspace(needs, name));
      },
    }),
    route({
      ...acting,
      path: `${WORKSPACES}/:name/mode`,
      act: 'mode',
      body: jsonBody<ModeRequest>(MODE),
      answer: async ({ params: { name }, body, actor }) => {
        await setMode(needs, { name, ...body, actor });
        return json(await describeWorkspace(needs, name));
      },
    }),
    route({
      ...acting,
      path: `${WORKSPACES}/:name/accept`,
      act: 'accept-tip',
      body: jsonBody<Acceptance>(ACCEPTANCE),
      answer: async ({ params: { name }, body, actor }) => {
        await acceptTip(needs, { name, ...body, actor });
        return json(await describeWorkspace(needs, name));
      },
    }),
  ];
}
