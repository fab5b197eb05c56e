import type { Sandbox } from '../../../src/ports/sandbox.ts';

/** Every command is said to have passed and none is run: for tests about everything but the gate. */
export function passingSandbox(): Sandbox {
  return {
    isolation: async () => ({ level: 3, description: 'nothing is run' }),
    run: async ({ argv }) => ({
      ...{ ending: 'exited' as const, exitCode: 0, signal: null, detail: null, startedAt: 0, durationMs: 1 },
      ...{ output: new Uint8Array(), truncated: false, argv, environment: [], isolation: 3 as const },
    }),
  };
}
