import { Redaction } from '../../core/gate/output/redaction.ts';
import { summedUp } from '../../core/gate/output-digest.ts';
import type { OutputDigest } from '../../core/gate/verdict.ts';
import type { FencingToken } from '../../core/lease/lease.ts';
import type { Ran, SandboxedCommand } from '../../ports/sandbox.ts';
import type { CheckJob, CheckNeeds } from './job.ts';

/** Of one run, standard output and error together: a quarter for the beginning, the rest for the end, where a failing command tells why. */
const ROOM_BYTES = 1024 * 1024;
/** Where a patch asks for the whole trace. What is more would be a full disk, and nobody's reading. */
const FULL_ROOM_BYTES = 256 * 1024 * 1024;
/** The adapter's own copy, for one that does not tell what is printed as it comes. */
const OUTPUT_CAP_BYTES = 64 * 1024;

export interface OutputRules {
  readonly kept: 'capped' | 'full';
  /** Values that the check was given and that nothing may show. */
  readonly secrets: readonly string[];
}

export interface OutputRecorder {
  /** For the sandbox's command. */
  readonly printing: Pick<SandboxedCommand, 'outputCap' | 'onOutput'>;
  /** What stands in the verdict: by then all of it is kept, secrets replaced. */
  end(ran: Pick<Ran, 'output' | 'startedAt' | 'durationMs'>): Promise<OutputDigest>;
}

/** Records what one run of a check prints: readable as it comes, without secrets, and kept under its digest at the end. */
export async function recordOutput(
  needs: Pick<CheckNeeds, 'runLogs' | 'hidden' | 'clock'>,
  { check, candidate }: Pick<CheckJob, 'check' | 'candidate'>,
  { kept, secrets }: OutputRules,
): Promise<OutputRecorder> {
  const { patch, base, tree } = candidate;
  const start = {
    ...{ patch: patch.id, check: check.name, source: check.source, startedAt: needs.clock.now() },
    tree: tree === base.tree ? ('base' as const) : ('patch' as const),
    token: patch.state.name === 'checking' ? patch.state.token : (0 as FencingToken),
  };
  const log = await needs.runLogs.begin(start, kept === 'full' ? FULL_ROOM_BYTES : ROOM_BYTES);
  const redaction = new Redaction([...needs.hidden.map((one) => one.expose()), ...secrets]);
  let last: number | null = null;
  const onOutput = (bytes: Uint8Array, at: number) => {
    last = at;
    log.write(redaction.push(bytes), at);
  };
  return {
    printing: { outputCap: OUTPUT_CAP_BYTES, onOutput },
    end: async (ran) => {
      const endedAt = ran.startedAt + ran.durationMs;
      if (last === null) onOutput(ran.output, endedAt);
      log.write(redaction.end(), last ?? endedAt);
      const whole = await log.end();
      return summedUp(whole, whole.leftOut !== null);
    },
  };
}
