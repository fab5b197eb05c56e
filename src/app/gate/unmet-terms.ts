import { spokenOf, whyUnproven } from '../../core/gate/terms-of-gate.ts';
import type { Verdict } from '../../core/gate/verdict.ts';
import type { Patch } from '../../core/patch/patch.ts';
import type { Needs } from '../needs.ts';

/** What a patch that has passed its gate was promised to be held to and is not, in words; null where nothing is missing. */
export async function unmetTerms(
  needs: Pick<Needs, 'outputs'>,
  { terms }: Patch,
  verdicts: readonly Verdict[],
): Promise<string | null> {
  const unproven = whyUnproven(terms.flags, verdicts);
  if (unproven !== null || !terms.flags.includes('strictRuntimeAudit')) return unproven;
  for (const [check, digest] of spokenOf(verdicts)) {
    const problem = await whyLost(needs, digest);
    if (problem !== null)
      return `strictRuntimeAudit: what check ${check} printed or left (sha256 ${digest}) is not kept: ${problem}`;
  }
  return null;
}

async function whyLost(
  { outputs }: Pick<Needs, 'outputs'>,
  digest: Parameters<Needs['outputs']['read']>[0],
): Promise<string | null> {
  try {
    return (await outputs.read(digest)) === null ? 'it is not there' : null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
