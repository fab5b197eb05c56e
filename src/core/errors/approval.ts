import { type Definition, EXIT } from './definition.ts';

/** What people may not approve, and what their orders keep out. */
export const APPROVAL_ERRORS = {
  approval_own: {
    status: 403,
    exit: EXIT.notAllowed,
    retry: 'never',
    title: 'Own patch',
    message: (d: { id: string; author: string }) =>
      `${d.id} is ${d.author}'s own; nobody approves their own.`,
    hint: 'Ask another approver. A patch is whose it was submitted as, and whose it is a retry of.',
  },
  approval_misfit: {
    status: 409,
    exit: EXIT.rejected,
    retry: 'never',
    title: 'Nothing to approve',
    message: (d: { id: string; base: string; problem: string }) =>
      `${d.id} does not fit ${d.base}, so that there is nothing to approve: ${d.problem}`,
    hint: 'Its author is told the same when its turn comes; approve the repaired one.',
  },
  approval_outdated: {
    status: 409,
    exit: EXIT.rejected,
    retry: 'never',
    title: 'Something else by now',
    message: (d: { id: string; base: string; effect: string }) =>
      `${d.id} would do something else by now than what is approved: on base ${d.base} its effect is ${d.effect}.`,
    hint: 'Look at it again; `ghost show ID` tells the base and the effect that would be approved.',
  },
  workspace_locked: {
    status: 423,
    exit: EXIT.held,
    retry: 'later',
    title: 'Lockdown',
    message: (d: { name: string; by: string; reason: string }) =>
      `Workspace ${d.name} takes nothing in: it was put in lockdown by ${d.by}: ${d.reason}`,
    hint: 'Send it again once the lockdown is over; `ghost workspace mode NAME auto` ends it.',
  },
  phase_not_frozen: {
    status: 409,
    exit: EXIT.conflict,
    retry: 'never',
    title: 'Not frozen',
    message: (d: { phase: string; frozen: string }) => `Phase ${d.phase} is not frozen; frozen: ${d.frozen}.`,
    hint: '`ghost phases` lists them.',
  },
} as const satisfies Record<string, Definition>;
