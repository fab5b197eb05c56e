import { interruptible } from '../../lib/interruptible.ts';
import { type EnduranceOptions, endure } from './endure.ts';
import { asText } from './report.ts';

export type EnduranceFlags = Omit<EnduranceOptions, 'tell' | 'signal' | 'onStarted'> & {
  readonly json: boolean;
};

/** The exit code: 1 when something was wrong. */
export async function soakWithKills({ json, ...flags }: EnduranceFlags): Promise<number> {
  const tell = (text: string) => console.error(text);
  const report = await interruptible((interruption) => endure({ ...flags, tell, ...interruption }));
  console.log(json ? JSON.stringify(report, null, 2) : asText(report));
  return report.violations.length === 0 ? 0 : 1;
}
