import { cancelPatch } from '../../../src/app/cancel-patch.ts';
import { pauseWorkspace, resumeWorkspace } from '../../../src/app/pause-workspace.ts';
import { submitPatch } from '../../../src/app/submit-patch.ts';
import { GhostError } from '../../../src/core/errors.ts';
import type { PatchId } from '../../../src/core/patch/id.ts';
import type { Actor } from '../engine/actor.ts';
import { ledgerOf } from '../machine/ledger.ts';
import { WORKSPACE, type World } from '../world.ts';
import { startNode } from './node.ts';

export type Request =
  | { readonly act: 'submit'; readonly body: Uint8Array; readonly key: string; readonly author: string }
  | { readonly act: 'cancel'; readonly id: PatchId; readonly actor: string }
  | { readonly act: 'pause' | 'resume' };

/** Why an operator stops the line. */
export const OPERATORS_REASON = 'a person looks';

/** What reaches who asked. `refused`: for good; `trouble`: perhaps it was done, perhaps not. */
export type Answer =
  | { readonly kind: 'receipt'; readonly id: PatchId }
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'trouble' };

/** HTTP as its two ends see it: a request is taken in by the process and answered, or there is no word of it. */
export interface Gateway {
  readonly actor: Actor;
  handle(request: Request, answered: (answer: Answer) => void): void;
}

export function startGatewayProcess(world: World, name: string): Gateway {
  const { machine, store, changes, newUlid } = world;
  const { actor, clock, wakeUps } = startNode(machine, name);
  const { ledger, workspaces, chains } = ledgerOf(store, machine, actor);
  const needs = { ledger, workspaces, chains, clock, wakeUps, changes, newUlid, repairRounds: 5 };
  return {
    actor,
    handle: (request, answered) => void serve(request, answered),
  };

  async function serve(request: Request, answered: (answer: Answer) => void): Promise<void> {
    const work = await actor.perform<{ answer: Promise<Answer> | null }>({
      point: 'gateway.request',
      apply: () => ({ answer: answerTo(request) }),
      failing: () => ({ answer: null }),
    });
    const answer: Answer = work.answer === null ? { kind: 'trouble' } : await work.answer;
    const told = await actor.perform({
      point: 'gateway.answer',
      apply: () => answer,
      failing: (): Answer => ({ kind: 'trouble' }),
    });
    answered(told);
  }

  async function answerTo(request: Request): Promise<Answer> {
    try {
      return await act(request);
    } catch (error) {
      const isFinal = error instanceof GhostError && error.status < 500;
      return isFinal ? { kind: 'refused', why: error.code } : { kind: 'trouble' };
    }
  }

  async function act(request: Request): Promise<Answer> {
    switch (request.act) {
      case 'submit': {
        const { body, key, author } = request;
        const { patch } = await submitPatch(needs, {
          ...{ workspace: WORKSPACE.name, body, author, idempotencyKey: key, origin: 'http', force: false },
          ...{ format: null, title: null },
        });
        return { kind: 'receipt', id: patch.id };
      }
      case 'cancel':
        await cancelPatch(needs, { ...request, role: 'author' });
        return { kind: 'done' };
      case 'pause':
        await pauseWorkspace(needs, { name: WORKSPACE.name, reason: OPERATORS_REASON, actor: 'operator' });
        return { kind: 'done' };
      case 'resume':
        await resumeWorkspace(needs, { name: WORKSPACE.name, actor: 'operator' });
        return { kind: 'done' };
    }
  }
}
