import { join } from 'node:path';
import { sha256 } from '../../../src/core/digest.ts';
import type { PatchId } from '../../../src/core/patch/id.ts';
import { type Child, eventually, startProcess } from '../../world/processes.ts';
import { authorToken } from '../../world/service.ts';
import { type CallPoint, isThread } from './fault.ts';
import { threadOf } from './lanes.ts';
import type { Scene } from './scene.ts';
import { injection, readTrace, STRACE, traceThread } from './strace.ts';
import type { Trial } from './trial.ts';

const ASKS_AT_MOST = 5;

/**
 * A gateway is killed at a system call while it accepts a patch; its client asks the next one again, under the same key.
 * Whatever the first one had stored, there is one patch and one receipt.
 */
export async function acceptUnderFault(scene: Scene, at: CallPoint): Promise<Trial> {
  const first = await aGateway(scene);
  const options = injection(at.call, at.nth, 'kill').split(' ');
  const tracer = await traceThread(
    threadOf(pidOf(first), pointThread(at)),
    options,
    join(scene.folder, 'gateway'),
  );
  const accepted = await acceptedByAny(scene, first);
  await tracer.detach();
  const patches = await scene.installation.needs.ledger.list({ workspace: 'main', limit: 1_000 });
  const same = patches.filter(({ digest }) => digest === accepted.digest);
  const violations = [
    ...(same.length === 1 ? [] : [`${same.length} patches for one key`]),
    ...(same[0]?.id === accepted.id ? [] : [`the receipt names ${accepted.id}, stored is ${same[0]?.id}`]),
  ];
  const { reached } = accepted;
  return {
    fault: { kind: 'accept', at, how: 'kill' },
    reached,
    violations,
    leftToPerson: [],
    stoodStill: false,
  };
}

/** What a gateway calls from a request to its receipt. */
export async function pointsOfAcceptance(
  scene: Scene,
  thread: 'main' | 'ledger',
): Promise<readonly CallPoint[]> {
  const gateway = await aGateway(scene);
  const output = join(scene.folder, `accepting-${thread}`);
  const tracer = await traceThread(threadOf(pidOf(gateway), thread), ['-e', `trace=${STRACE.calls}`], output);
  await acceptedByAny(scene, gateway);
  await tracer.detach();
  return readTrace(output).map((one) => ({ ...one, who: thread, run: 1 }));
}

interface Accepted {
  readonly id: PatchId;
  readonly digest: ReturnType<typeof sha256>;
  /** The first gateway died of it. */
  readonly reached: boolean;
}

/** Asks one gateway after the other until there is a receipt; leaves none running. */
async function acceptedByAny(scene: Scene, first: Child): Promise<Accepted> {
  const { body, key } = scene.another();
  const token = await authorToken(scene.installation);
  let gateway = first;
  let reached = false;
  for (let ask = 1; ask <= ASKS_AT_MOST; ask++) {
    const { url } = await gateway.ready;
    const receipt = await requested(String(url), { token, key, body });
    if (receipt !== null) {
      const died = gateway.process.signalCode !== null;
      gateway.process.kill('SIGKILL');
      await gateway.ended;
      const digest = sha256(body);
      scene.acknowledge({ id: receipt, key, digest });
      return { id: receipt, digest, reached: reached || died };
    }
    gateway.process.kill('SIGKILL');
    await gateway.ended;
    reached = true;
    gateway = await aGateway(scene);
  }
  throw new Error(`no receipt after ${ASKS_AT_MOST} requests`);
}

async function requested(
  url: string,
  { token, key, body }: { readonly token: string; readonly key: string; readonly body: Buffer },
): Promise<PatchId | null> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'text/x-diff', 'idempotency-key': key };
  try {
    const response = await fetch(`${url}/api/v1/patches?workspace=main`, { method: 'POST', headers, body });
    if (response.status !== 200 && response.status !== 202) return null;
    return ((await response.json()) as { readonly id: PatchId }).id;
  } catch {
    return null;
  }
}

async function aGateway({ installation }: Scene): Promise<Child> {
  const gateway = startProcess('src/main/gateway.ts', {
    ...installation.settings,
    UV_THREADPOOL_SIZE: '1',
  });
  await eventually('the gateway is there', () => gateway.ready.then(() => true));
  return gateway;
}

function pidOf({ process: { pid } }: Child): number {
  return pid ?? 0;
}

function pointThread({ who }: CallPoint) {
  if (!isThread(who)) throw new TypeError(`a gateway has no ${who}`);
  return who;
}
