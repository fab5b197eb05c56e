import { fail } from '../../core/errors.ts';
import { phaseFrozen, phaseThawed } from '../../core/ledger/order-entry.ts';
import type { Patch } from '../../core/patch/patch.ts';
import { readPhase } from '../../core/patch/phase.ts';
import type { Needs } from '../needs.ts';
import { type PhaseView, phasesOf } from './list-phases.ts';
import { ordersOf } from './orders-of.ts';

type FreezeNeeds = Pick<Needs, 'ledger' | 'chains' | 'clock' | 'wakeUps'>;

interface PhaseRequest {
  readonly phase: string;
  readonly actor: string;
}

/** A phase after the order, and its patches that were being checked or landed when it was given. */
export interface Frozen {
  readonly phase: PhaseView;
  readonly atWork: readonly Patch[];
}

/**
 * Holds every patch of a phase, in all workspaces, before it begins and before it lands. What is at work is not stopped:
 * it is named, and the freeze keeps it from landing unless it has begun to.
 * @throws GhostError input_invalid
 */
export async function freezePhase(
  needs: FreezeNeeds,
  { phase, reason, actor: by }: PhaseRequest & { readonly reason: string },
): Promise<Frozen> {
  if (reason.trim() === '') throw fail('input_invalid', { where: 'reason', problem: 'expected some words' });
  const name = phaseNamed(phase);
  await needs.chains.append(phaseFrozen(name, { by, at: needs.clock.now(), reason }));
  await wake(needs);
  return standing(needs, name);
}

/** Lets its patches go on, each at its old place. @throws GhostError input_invalid, phase_not_frozen */
export async function thawPhase(needs: FreezeNeeds, { phase, actor: by }: PhaseRequest): Promise<Frozen> {
  const name = phaseNamed(phase);
  const { frozen } = await ordersOf(needs);
  if (!frozen.has(name))
    throw fail('phase_not_frozen', { phase: name, frozen: [...frozen.keys()].join(', ') || 'none' });
  await needs.chains.append(phaseThawed(name, { by, at: needs.clock.now() }));
  await wake(needs);
  return standing(needs, name);
}

function phaseNamed(text: string): string {
  const name = readPhase(text);
  if (name !== null) return name;
  throw fail('input_invalid', { where: 'phase', problem: 'expected a name such as P14' });
}

async function standing(needs: FreezeNeeds, phase: string): Promise<Frozen> {
  const { phases, patches } = await phasesOf(needs);
  const found = phases.find((one) => one.phase === phase);
  const none = { phase, frozen: null, queued: 0, held: 0, checking: 0, landing: 0 };
  const atWork = patches.filter(
    ({ terms, state }) => terms.phase === phase && (state.name === 'checking' || state.name === 'landing'),
  );
  return { phase: found ?? none, atWork };
}

async function wake({ wakeUps }: FreezeNeeds): Promise<void> {
  await Promise.all([wakeUps.notify('line'), wakeUps.notify('outbox')]);
}
