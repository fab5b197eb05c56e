import { digestOutput } from '../../core/gate/output-digest.ts';
import { argvOf, type CommandTask } from '../../core/gate/tasks/command.ts';
import type { Verdict } from '../../core/gate/verdict.ts';
import { verdictOf } from '../../core/gate/verdict-of.ts';
import { commandEnvironment } from './command-environment.ts';
import type { CheckJob, CheckNeeds } from './job.ts';
import { type Provided, providePackages } from './provide-packages.ts';
import { recordOutput } from './record-output.ts';

/** Runs a command on a private copy of the tree: one that writes into it does not decide what the next one sees. */
export async function runCommand(needs: CheckNeeds, job: CheckJob<CommandTask>): Promise<Verdict> {
  const { check, candidate, repository, signal } = job;
  const environment = await commandEnvironment(needs, job);
  if (environment.kind === 'incomplete') return notStarted(needs, job, environment.why);
  const provided = await providePackages(needs, job);
  if (provided.kind === 'unprovided') return unprovided(await notStarted(needs, job, provided.why), provided);
  const { takes } = await needs.sandbox.isolation();
  const copy = await repository.checkout(candidate.tree, takes);
  try {
    const { secrets } = environment;
    const recorder = await recordOutput(needs, job, {
      kept: candidate.patch.terms.flags.includes('forceRuntimeTrace') ? 'full' : 'capped',
      secrets,
    });
    const ran = await needs.sandbox.run(
      {
        argv: argvOf(check.task.command),
        directory: copy.path,
        ...(copy.layers && { layers: copy.layers }),
        environment: environment.variables,
        network: check.task.network ?? 'none',
        mounts: provided.mounts,
        timeoutMs: check.timeoutMs,
        ...recorder.printing,
      },
      signal,
    );
    // Kept before it is spoken of: a digest on record always has its bytes.
    return toldOf(verdictOf(check, ran, await recorder.end(ran)), provided);
  } finally {
    await copy.remove();
  }
}

/** A check that did not pass without its packages may have failed for that. */
function toldOf(verdict: Verdict, { facts, missing }: Extract<Provided, { kind: 'ready' }>): Verdict {
  const detail = verdict.verdict === 'pass' ? verdict.detail : (verdict.detail ?? missing);
  return facts === null ? verdict : { ...verdict, detail, facts };
}

/** Nothing was run, so that it is no pass; files that are wrong are the author's to repair. */
function unprovided(verdict: Verdict, { whose, why }: Extract<Provided, { kind: 'unprovided' }>): Verdict {
  const facts = { packages: { missing: why } };
  return { ...verdict, verdict: whose === 'author' ? 'fail' : 'error', facts };
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
