import { digestOutput } from '../../core/gate/output-digest.ts';
import { argvOf, type CommandTask } from '../../core/gate/tasks/command.ts';
import type { Verdict } from '../../core/gate/verdict.ts';
import { verdictOf } from '../../core/gate/verdict-of.ts';
import type { CheckJob, CheckNeeds } from './job.ts';

/** Of one check, standard output and error together. */
const OUTPUT_CAP_BYTES = 1024 * 1024;

/** Runs a command on a private copy of the tree: one that writes into it does not decide what the next one sees. */
export async function runCommand(needs: CheckNeeds, job: CheckJob<CommandTask>): Promise<Verdict> {
  const { check, candidate, repository, signal } = job;
  const { patch, tree } = candidate;
  const copy = await repository.checkout(tree);
  try {
    const ran = await needs.sandbox.run(
      {
        argv: argvOf(check.task.command),
        directory: copy.path,
        environment: { GHOST_PATCH_ID: patch.id, GHOST_WORKSPACE: patch.workspace, CI: 'true' },
        timeoutMs: check.timeoutMs,
        outputCap: OUTPUT_CAP_BYTES,
      },
      signal,
    );
    const output = digestOutput(ran.output, ran.truncated);
    // Kept before it is spoken of: a digest on record always has its bytes.
    await needs.outputs.keep(ran.output);
    return verdictOf(check, ran, output);
  } finally {
    await copy.remove();
  }
}
