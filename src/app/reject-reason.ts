import type { Fault, FaultCode } from '../core/change/fault.ts';
import type { RejectReason } from '../core/patch/reason.ts';

const UNREADABLE: ReadonlySet<FaultCode> = new Set<FaultCode>([
  'unknown_format',
  'empty_patch',
  'malformed',
  'unsupported',
  'check_vacuous',
  'too_large',
]);

/** One reason for all faults of a patch: the earliest stage at which any of them stopped it. */
export function rejectReason(faults: readonly Fault[]): RejectReason {
  const codes = faults.map(({ code }) => code);
  if (codes.some((code) => UNREADABLE.has(code))) return 'unparsable';
  if (codes.some((code) => code === 'path_refused' || code === 'path_sensitive')) return 'path_refused';
  if (codes.includes('check_failed')) return 'check_failed';
  return codes.every((code) => code === 'changes_nothing') ? 'changes_nothing' : 'does_not_apply';
}
