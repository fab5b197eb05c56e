import type { Json } from '../core/json.ts';
import type { Logger } from '../platform/logger.ts';
import type { RunnerAsker } from './ask-runner.ts';
import { type Rehearsal, type RehearsalRequest, rehearsePatch } from './rehearse-patch.ts';

export const REHEARSALS_PATH = '/calls/rehearsals';

/** What a runner is sent. */
export interface RehearsalCall {
  readonly workspace: string;
  readonly format: RehearsalRequest['format'];
  readonly merge: RehearsalRequest['merge'];
  /** Base64 of the patch text. */
  readonly patch: string;
}

/**
 * Lets a runner rehearse a patch. Where none answers it is done here: applying a change in memory executes nothing, comes to the
 * same result wherever it is done, and an author should not wait for a runner that it does not need.
 * @throws GhostError as `rehearsePatch`, with the runner's own words
 */
export async function rehearseAtRunner(
  needs: Parameters<typeof rehearsePatch>[0],
  by: { readonly asker: RunnerAsker; readonly logger: Logger; readonly idempotencyKey: string },
  request: RehearsalRequest,
): Promise<Rehearsal> {
  const { workspace, format, merge, body } = request;
  const call: RehearsalCall = {
    ...{ workspace: workspace.name, format, merge },
    patch: Buffer.from(body).toString('base64'),
  };
  const asked = await by.asker.ask({
    ...{ path: REHEARSALS_PATH, idempotencyKey: by.idempotencyKey, read: rehearsalOf },
    body: { ...call },
  });
  if (asked.kind === 'answered') return asked.answer;
  if (asked.problems.length > 0)
    by.logger.warn('no runner rehearses, the gateway does it', { problems: asked.problems });
  return rehearsePatch(needs, request);
}

/** Null for what is none. A runner of a compatible version wrote it: what is told by its kind is there. */
function rehearsalOf(body: Json): Rehearsal | null {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return null;
  const { kind, base, files, notes, repair } = body as { readonly [name: string]: Json };
  const fits = kind === 'fits' && typeof base === 'string' && Array.isArray(files) && Array.isArray(notes);
  const faulty = kind === 'faulty' && typeof repair === 'object' && repair !== null;
  return fits || faulty ? (body as unknown as Rehearsal) : null;
}
