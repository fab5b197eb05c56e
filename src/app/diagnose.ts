import { GhostError } from '../core/errors.ts';
import type { Needs } from './needs.ts';

/** What was seen of one thing that Ghost rests on. */
export interface Diagnosis {
  readonly what: string;
  /** `degraded`: Ghost works, and something that it promises is weaker. `refused`: it does not start, or does no good. */
  readonly state: DiagnosisState;
  readonly saw: string;
  /** What to do, as an imperative; null where there is nothing to do. */
  readonly fix: string | null;
}

export type DiagnosisState = 'ok' | 'degraded' | 'refused';

export interface Examination {
  readonly what: string;
  /** What it throws is a finding as well. */
  examine(): Promise<readonly Diagnosis[]>;
}

export interface DoctorReport {
  /** The worst of all. */
  readonly state: DiagnosisState;
  readonly diagnoses: readonly Diagnosis[];
}

const FROM_GOOD_TO_BAD: readonly DiagnosisState[] = ['ok', 'degraded', 'refused'];
/** Fencing commands off is tried by running some, which takes seconds on a slow machine. */
const DEADLINE_MS = 60_000;

/** Does all examinations side by side and tells them in their order. Never rejects. */
export async function diagnose(
  needs: Pick<Needs, 'clock'>,
  examinations: readonly Examination[],
): Promise<DoctorReport> {
  const all = await Promise.all(examinations.map((one) => examineInTime(needs, one)));
  const diagnoses = all.flat();
  const worst = Math.max(0, ...diagnoses.map(({ state }) => FROM_GOOD_TO_BAD.indexOf(state)));
  return { state: FROM_GOOD_TO_BAD[worst] ?? 'refused', diagnoses };
}

async function examineInTime(
  { clock }: Pick<Needs, 'clock'>,
  { what, examine }: Examination,
): Promise<readonly Diagnosis[]> {
  const over = new AbortController();
  const deadline = clock.sleep(DEADLINE_MS, over.signal).then(() => null);
  try {
    const seen = await Promise.race([examine(), deadline]);
    return seen ?? [{ what, state: 'refused', saw: `no answer within ${DEADLINE_MS / 1_000} s`, fix: null }];
  } catch (error) {
    return [refusal(what, error)];
  } finally {
    over.abort();
  }
}

/** What stands in the way, in the words of the error, with its hint. */
export function refusal(what: string, error: unknown): Diagnosis {
  const saw = error instanceof Error ? error.message : String(error);
  return { what, state: 'refused', saw, fix: error instanceof GhostError ? error.hint : null };
}
