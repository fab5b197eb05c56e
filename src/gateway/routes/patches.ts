import Joi from 'joi';
import { approvableNow } from '../../app/approvals/effect-now.ts';
import { cancelPatch } from '../../app/cancel-patch.ts';
import { findPatch } from '../../app/find-patch.ts';
import { listPatches } from '../../app/list-patches.ts';
import type { Needs } from '../../app/needs.ts';
import { repairRequestOf } from '../../app/repair-request-of.ts';
import { retryPatch } from '../../app/retry-patch.ts';
import { revertPatch } from '../../app/revert-patch.ts';
import { type Receipt, submitPatch } from '../../app/submit-patch.ts';
import { type PatchView, type ShownPatchView, viewListed, viewPatch, viewReceipt } from '../../app/views.ts';
import { waitForEnd } from '../../app/wait-for-end.ts';
import type { Patch } from '../../core/patch/patch.ts';
import { flagsIn } from '../../core/patch/terms.ts';
import { closingSignal } from '../../platform/http-server.ts';
import { type Answer, json } from '../answer.ts';
import { noBody } from '../body.ts';
import { NOTHING, type Nothing } from '../middleware/validate.ts';
import { preferredWait } from '../preferred-wait.ts';
import { type Call, type Route, route } from '../route.ts';
import { PATCH_PARAMS, POSITION, STATE_LIST, type StateList, WORKSPACE_NAME } from './shapes.ts';
import {
  agreed,
  idempotencyKeyOf,
  SUBMIT_QUERY,
  type SubmitQuery,
  type SubmittedBody,
  submittedBody,
} from './submission.ts';

const PATCHES = '/api/v1/patches';

interface ListQuery {
  readonly workspace: string | null;
  readonly state: StateList | null;
  readonly limit: number;
  readonly before: number | null;
}

const LIST_QUERY = Joi.object<ListQuery>({
  workspace: WORKSPACE_NAME.default(null),
  state: STATE_LIST.default(null),
  limit: Joi.number().integer().min(1).max(200).default(50),
  before: POSITION.default(null),
});

/** Submitting patches, finding them, and acting on one. */
export function patchRoutes(needs: Needs): readonly Route[] {
  return [submitRoute(needs), listRoute(needs), showRoute(needs), ...actRoutes(needs)];
}

function submitRoute(needs: Needs): Route {
  return route({
    method: 'post',
    path: PATCHES,
    act: 'submit',
    params: NOTHING,
    query: SUBMIT_QUERY,
    body: submittedBody,
    answer: (call) => submit(needs, call),
  });
}

async function submit(
  needs: Needs,
  { query, body, actor, request }: Call<Nothing, SubmitQuery, SubmittedBody>,
): Promise<Answer> {
  const idempotencyKey = idempotencyKeyOf(request);
  const wait = preferredWait(request.get('prefer'));
  const receipt = await submitPatch(needs, {
    workspace: agreed('workspace', query.workspace, body.workspace),
    body: body.patch,
    format: agreed('format', query.format, body.format),
    title: agreed('title', query.title, body.title),
    externalId: agreed('externalId', query.externalId, body.externalId),
    repairs: agreed('repairs', query.repairs, body.repairs),
    merge: agreed('merge', query.merge, body.merge) ?? 'never',
    phase: agreed('phase', query.phase, body.phase),
    flags: flagsIn(agreed('flags', query.flags, body.flags)),
    author: actor,
    origin: 'http',
    idempotencyKey,
    force: query.force,
  });
  const waited = wait === null ? receipt : await waitedReceipt(needs, receipt, { request, wait });
  return receiptAnswer(needs, waited, {
    ...(idempotencyKey === null ? {} : { 'Idempotency-Key': idempotencyKey }),
    ...(wait === null ? {} : { 'Preference-Applied': `wait=${wait}` }),
  });
}

async function waitedReceipt(
  needs: Needs,
  receipt: Receipt,
  { request, wait }: { readonly request: Call<never, never, never>['request']; readonly wait: number },
): Promise<Receipt> {
  const over = new AbortController();
  request.res?.once('close', () => over.abort());
  const limit = AbortSignal.any([over.signal, closingSignal(request), AbortSignal.timeout(wait * 1000)]);
  const ended = async (one: Receipt) => ({ ...one, patch: await waitForEnd(needs, one.patch.id, limit) });
  const rest: Receipt[] = [];
  const first = await ended(receipt);
  for (const one of receipt.rest) rest.push(await ended(one));
  return { ...first, rest };
}

function listRoute(needs: Needs): Route {
  return route({
    method: 'get',
    path: PATCHES,
    act: 'list',
    params: NOTHING,
    query: LIST_QUERY,
    body: noBody,
    answer: async ({ query: { state, ...filter } }) => {
      const patches = await listPatches(needs, { ...filter, states: state });
      // What `before` takes for the page of older ones.
      const next = patches.length === filter.limit ? (patches[0]?.seq ?? null) : null;
      return json({ patches: patches.map(viewListed), next });
    },
  });
}

function showRoute(needs: Needs): Route {
  return route({
    method: 'get',
    path: `${PATCHES}/:id`,
    act: 'read',
    params: PATCH_PARAMS,
    query: NOTHING,
    body: noBody,
    answer: async ({ params }) => {
      const patch = await findPatch(needs, params.id);
      const [view, approvable] = [await shown(needs, patch), await approvableNow(needs, patch)];
      return json({ ...view, approvable } satisfies ShownPatchView);
    },
  });
}

async function shown(needs: Needs, patch: Patch): Promise<PatchView> {
  return viewPatch(patch, await repairRequestOf(needs, patch));
}

function actRoutes(needs: Needs): readonly Route[] {
  const acting = {
    method: 'post',
    params: PATCH_PARAMS,
    query: NOTHING,
    body: noBody,
  } as const;
  return [
    route({
      ...acting,
      path: `${PATCHES}/:id/cancel`,
      act: 'cancel',
      answer: async ({ params: { id }, actor, identity }) => {
        const role = identity?.role ?? 'viewer';
        return json(await shown(needs, await cancelPatch(needs, { id, actor, role })));
      },
    }),
    route({
      ...acting,
      path: `${PATCHES}/:id/retry`,
      act: 'retry',
      answer: async ({ params: { id }, actor }) =>
        receiptAnswer(needs, await retryPatch(needs, { id, author: actor, origin: 'http' })),
    }),
    route({
      ...acting,
      path: `${PATCHES}/:id/revert`,
      act: 'revert',
      answer: async ({ params: { id }, actor }) =>
        receiptAnswer(needs, await revertPatch(needs, { id, author: actor, origin: 'http' })),
    }),
  ];
}

/** 202 for a new patch, whose work is still to come; 200 for one that was there before. */
async function receiptAnswer(
  needs: Needs,
  receipt: Receipt,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const location = `${PATCHES}/${receipt.patch.id}`;
  const repair = await repairRequestOf(needs, receipt.patch);
  return json(viewReceipt(receipt, repair), receipt.repeated ? 200 : 202, { ...headers, Location: location });
}
