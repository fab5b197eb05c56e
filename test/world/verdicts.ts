import { digestOutput } from '../../src/core/gate/output-digest.ts';
import type { Verdict } from '../../src/core/gate/verdict.ts';

/** The verdict of a command that exited and printed nothing. */
export function aVerdict(given: Partial<Verdict> = {}): Verdict {
  const verdict = given.verdict ?? 'pass';
  return {
    ...{ check: 'test', source: 'workspace', verdict, argv: ['make'], isolation: 3 },
    environment: ['CI', 'GHOST_PATCH_ID', 'GHOST_WORKSPACE', 'HOME', 'LANG', 'PATH', 'TMPDIR'],
    ...{ startedAt: 1_000, durationMs: 5, exitCode: verdict === 'pass' ? 0 : 1, signal: null, detail: null },
    output: digestOutput(new Uint8Array(), false),
    ...given,
  };
}
