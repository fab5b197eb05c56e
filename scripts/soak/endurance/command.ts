import { stopSignal } from '../../../src/main/stop-signal.ts';
import { type EnduranceOptions, endure } from './endure.ts';
import { asText } from './report.ts';

export type EnduranceFlags = Omit<EnduranceOptions, 'tell' | 'signal' | 'onStarted'> & {
  readonly json: boolean;
};

/** The exit code: 1 when something was wrong. Ctrl-C: what was acknowledged is finished and verified. A second time: everything ends at once. */
export async function soakWithKills({ json, ...flags }: EnduranceFlags): Promise<number> {
  let hurry = () => process.exit(130);
  const stop = stopSignal(() => hurry());
  const report = await endure({
    ...flags,
    tell: (text) => console.error(text),
    signal: stop.signal,
    onStarted: (fleet) => {
      hurry = () => {
        fleet.kill();
        process.exit(130);
      };
    },
  });
  stop.dispose();
  console.log(json ? JSON.stringify(report, null, 2) : asText(report));
  return report.violations.length === 0 ? 0 : 1;
}
