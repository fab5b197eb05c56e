import { digestOutput } from '../../core/gate/output-digest.ts';
import { argvOf, type CommandTask } from '../../core/gate/tasks/command.ts';
import type { Verdict } from '../../core/gate/verdict.ts';
import { verdictOf } from '../../core/gate/verdict-of.ts';
import { commandEnvironment } from './command-environment.ts';
import type { CheckJob, CheckNeeds } from './job.ts';
import { recordOutput } from './record-output.ts';

/** Runs a command on a private copy of the tree: one that writes into it does not decide what the next one sees. */
export async function runCommand(needs: CheckNeeds, job: CheckJob<CommandTask>): Promise<Verdict> {
  const { check, candidate, repository, signal } = job;
  const environment = await commandEnvironment(needs, job);
  if (environment.kind === 'incomplete') return notStarted(needs, job, environment.why);
  const { takes } = await needs.sandbox.isolation();
  const copy = await repository.checkout(candidate.tree, takes);
  try {
    const { secrets } = environment;
    const recorder = await recordOutput(needs, job, { kept: 'capped', secrets });
    const ran = await needs.sandbox.run(
      {
        argv: argvOf(check.task.command),
        directory: copy.path,
        ...(copy.layers && { layers: copy.layers }),
        environment: environment.variables,
        network: check.task.network ?? 'none',
        timeoutMs: check.timeoutMs,
        ...recorder.printing,
      },
      signal,
    );
    // Kept before it is spoken of: a digest on record always has its bytes.
    return verdictOf(check, ran, await recorder.end(ran));
  } finally {
    await copy.remove();
  }
}

async function notStarted(
  needs: CheckNeeds,
  { check }: CheckJob<CommandTask>,
  why: string,
): Promise<Verdict> {
  const nothing = new Uint8Array();
  await needs.outputs.keep(nothing);
  const { level: isolation } = await needs.sandbox.isolation();
  const startedAt = needs.clock.now();
  const ran = {
    exitCode: null,
    signal: null,
    detail: why,
    startedAt,
    durationMs: 0,
    environment: [],
    isolation,
  };
  return verdictOf(check, { ending: 'not-started', ...ran }, digestOutput(nothing, false));
}
