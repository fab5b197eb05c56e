import type { Check } from '../../core/gate/check.ts';
import type { Found, Inspected } from '../../core/gate/inspect/finding.ts';
import { foundFacts, printedFindings } from '../../core/gate/inspect/finding-facts.ts';
import { type InspectionTask, inspectionOf } from '../../core/gate/inspect/inspections.ts';
import type { Verdict } from '../../core/gate/verdict.ts';
import type { Needs } from '../needs.ts';
import { keepPrinted } from './keep-printed.ts';

type InspectNeeds = Pick<Needs, 'outputs' | 'hidden' | 'clock'>;

export interface InspectJob {
  readonly check: Check & { readonly task: InspectionTask };
  readonly candidate: Inspected;
  readonly signal: AbortSignal;
}

/** A process that looks at a patch renews leases beside it. */
const LONGEST_TURN_MS = 20;

/** Looks at what a patch changes and says. Nothing of it is run, so nothing has to be fenced off. */
export async function inspectCandidate(needs: InspectNeeds, job: InspectJob): Promise<Verdict> {
  const { check } = job;
  const startedAt = needs.clock.now();
  const start = needs.clock.monotonic();
  const ending = await look(needs, job, start + check.timeoutMs);
  const printed = ending.kind === 'looked' ? printedFindings(ending.found) : `${ending.detail}\n`;
  const output = await keepPrinted(needs, printed);
  return {
    ...{ check: check.name, source: check.source, kind: check.task.kind, argv: [], environment: [] },
    ...{ isolation: null, startedAt, durationMs: Math.round(needs.clock.monotonic() - start) },
    ...{ exitCode: null, signal: null, ...answerOf(ending), output },
  };
}

type Ending =
  | { readonly kind: 'looked'; readonly found: Found }
  | { readonly kind: 'cut-short'; readonly verdict: 'fail' | 'error'; readonly detail: string };

async function look(needs: InspectNeeds, job: InspectJob, deadline: number): Promise<Ending> {
  const { check, candidate, signal } = job;
  const inspection = inspectionOf(check.task, candidate);
  let turn = needs.clock.monotonic();
  for (;;) {
    const step = inspection.next();
    if (step.done) return { kind: 'looked', found: step.value };
    const now = needs.clock.monotonic();
    if (now >= deadline)
      return { kind: 'cut-short', verdict: 'fail', detail: `timed out after ${check.timeoutMs} ms` };
    if (now - turn < LONGEST_TURN_MS) continue;
    await new Promise(setImmediate);
    if (signal.aborted)
      return { kind: 'cut-short', verdict: 'error', detail: 'stopped by us before it had an answer' };
    turn = needs.clock.monotonic();
  }
}

function answerOf(ending: Ending): Pick<Verdict, 'verdict' | 'detail' | 'facts'> {
  if (ending.kind === 'cut-short') return { verdict: ending.verdict, detail: ending.detail };
  const { found } = ending;
  const count = found.findings.length;
  const detail = count === 0 ? 'found nothing' : `found ${count} ${count === 1 ? 'fault' : 'faults'}`;
  return { verdict: count === 0 ? 'pass' : 'fail', detail, facts: foundFacts(found) };
}
