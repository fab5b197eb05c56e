import type { PatchView } from '../../src/app/views.ts';
import { isOver, type PatchState } from '../../src/core/patch/patch.ts';

export type Outcome =
  | { readonly kind: 'landed'; readonly view: PatchView }
  /** Refused at the door or rejected in its turn; `reason` is a code, `detail` what was said. */
  | { readonly kind: 'skipped'; readonly reason: string; readonly detail: string };

export interface Submission {
  readonly workspace: string;
  /** Idempotency key. */
  readonly key: string;
  readonly body: Uint8Array;
}

interface Refusal {
  readonly code: string;
  readonly detail: string;
  readonly faults?: readonly { readonly code: string }[];
}

/** How long the gateway keeps the request open for the patch's end; then it is asked again. */
const WAIT_S = 8;
const ENDS_WITHIN_MS = 60_000;

/** Posts a patch and waits until it is over. Throws when the service fails, or takes longer than a minute. */
export async function submitAndWait(
  service: { readonly url: string; readonly token: string },
  { workspace, key, body }: Submission,
): Promise<Outcome> {
  const authorization = `Bearer ${service.token}`;
  const response = await fetch(`${service.url}/api/v1/patches?workspace=${workspace}`, {
    method: 'POST',
    headers: {
      authorization,
      'content-type': 'text/x-diff',
      'idempotency-key': key,
      prefer: `wait=${WAIT_S}`,
    },
    body: Buffer.from(body),
  });
  if (response.status >= 500)
    throw new Error(`the gateway answered ${response.status}: ${await response.text()}`);
  if (!response.ok) return refused((await response.json()) as Refusal);
  let view = (await response.json()) as PatchView;
  const deadline = performance.now() + ENDS_WITHIN_MS;
  while (!isOver({ name: view.state } as PatchState)) {
    if (performance.now() > deadline) throw new Error(`${view.id} is still ${view.state}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const again = await fetch(`${service.url}${view.links.self}`, { headers: { authorization } });
    view = (await again.json()) as PatchView;
  }
  return ended(view);
}

function refused({ code, detail, faults = [] }: Refusal): Outcome {
  const reason = faults.length > 0 ? codesOf(faults) : code;
  return { kind: 'skipped', reason, detail };
}

function ended(view: PatchView): Outcome {
  if (view.state === 'landed') return { kind: 'landed', view };
  const reason = view.faults.length > 0 ? codesOf(view.faults) : (view.reason ?? view.state);
  const detail = view.faults.map(({ message }) => message).join('\n') || view.detail || '';
  return { kind: 'skipped', reason, detail };
}

function codesOf(faults: readonly { readonly code: string }[]): string {
  return [...new Set(faults.map(({ code }) => code))].toSorted().join('+');
}
