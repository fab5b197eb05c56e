import { withTimeLeft } from '../core/gate/brought-checks.ts';
import type { Gate } from '../core/gate/check.ts';
import { argvOf, type Check } from '../core/gate/check.ts';
import { digestOutput } from '../core/gate/output-digest.ts';
import type { Verdict } from '../core/gate/verdict.ts';
import { verdictOf } from '../core/gate/verdict-of.ts';
import type { TreeId } from '../core/git.ts';
import type { Patch } from '../core/patch/patch.ts';
import type { Repository } from '../ports/repository.ts';
import type { Needs } from './needs.ts';

/** Of one check, standard output and error together. */
const OUTPUT_CAP_BYTES = 1024 * 1024;

/** Runs every check in order on a private copy of the tree; stops at the first that does not pass. Never empty. */
export async function runGate(
  needs: Pick<Needs, 'sandbox' | 'outputs'>,
  repository: Repository,
  job: { readonly gate: Gate; readonly tree: TreeId; readonly patch: Patch; readonly signal: AbortSignal },
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const asked of job.gate.checks) {
    const brought = verdicts.filter(({ source }) => source === 'patch');
    const check = withTimeLeft(
      asked,
      brought.reduce((sum, { durationMs }) => sum + durationMs, 0),
    );
    // A fresh copy for each check: one that writes into the tree must not decide what the next one sees.
    const copy = await repository.checkout(job.tree);
    try {
      verdicts.push(
        await runCheck(needs, check, { directory: copy.path, patch: job.patch, signal: job.signal }),
      );
    } finally {
      await copy.remove();
    }
    if (verdicts.at(-1)?.verdict !== 'pass') break;
  }
  return verdicts;
}

async function runCheck(
  needs: Pick<Needs, 'sandbox' | 'outputs'>,
  check: Check,
  place: { readonly directory: string; readonly patch: Patch; readonly signal: AbortSignal },
): Promise<Verdict> {
  const ran = await needs.sandbox.run(
    {
      argv: argvOf(check.command),
      directory: place.directory,
      environment: { GHOST_PATCH_ID: place.patch.id, GHOST_WORKSPACE: place.patch.workspace, CI: 'true' },
      timeoutMs: check.timeoutMs,
      outputCap: OUTPUT_CAP_BYTES,
    },
    place.signal,
  );
  const output = digestOutput(ran.output, ran.truncated);
  // Kept before it is spoken of: a digest on record always has its bytes.
  await needs.outputs.keep(ran.output);
  return verdictOf(check, ran, output);
}
