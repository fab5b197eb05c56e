import { Redaction } from '../../core/gate/output/redaction.ts';
import { digestOutput } from '../../core/gate/output-digest.ts';
import type { OutputDigest } from '../../core/gate/verdict.ts';
import type { CheckNeeds } from './job.ts';

/** Keeps what a check has to say, without secrets, before it is spoken of: a digest on record always has its bytes. */
export async function keepPrinted(
  needs: Pick<CheckNeeds, 'outputs' | 'hidden'>,
  text: string,
): Promise<OutputDigest> {
  const redaction = new Redaction(needs.hidden.map((one) => one.expose()));
  const kept = Buffer.concat([redaction.push(Buffer.from(text)), redaction.end()]);
  await needs.outputs.keep(kept);
  return digestOutput(kept, false);
}
