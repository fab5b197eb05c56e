import { sha256 } from '../../../src/core/digest.ts';
import type { PatchId } from '../../../src/core/patch/id.ts';
import { Actor } from '../engine/actor.ts';
import type { Answer, Request } from '../processes/gateway.ts';
import type { World } from '../world.ts';
import { aPatchText } from './texts.ts';

const PATIENCE_MS = 4_000;

/** Sends patches one by one, each again under the same key until it has a receipt, and remembers what it was told. */
export async function author(world: World, name: string, patches: number): Promise<void> {
  const { random, plan, machine } = world;
  const actor = new Actor(machine.engine, name);
  world.busy += 1;
  for (let number = 1; number <= patches; number++) {
    await actor.sleep(random.between(0, 1_500));
    const id = await submit(world, actor, {
      key: `${name}-${number}`,
      text: aPatchText(random, plan.clashes),
    });
    if (id !== null && random.chance(plan.cancels)) {
      await actor.sleep(random.between(0, 2_000));
      await ask(world, actor, { act: 'cancel', id, actor: name });
    }
  }
  world.busy -= 1;
}

async function submit(
  world: World,
  actor: Actor,
  { key, text }: { readonly key: string; readonly text: string },
): Promise<PatchId | null> {
  const body = Buffer.from(text);
  for (;;) {
    const answer = await ask(world, actor, { act: 'submit', body, key, author: actor.name });
    if (answer.kind === 'receipt') {
      actor.engine.say(() => `${actor.name} has a receipt for ${answer.id}`);
      world.acknowledged.push({ id: answer.id, key, digest: sha256(body) });
      return answer.id;
    }
    if (answer.kind === 'refused') {
      actor.engine.problems.push(`${key} was refused: ${answer.why}`);
      return null;
    }
    await actor.sleep(world.random.between(50, 1_000));
  }
}

/** One request, and what comes back of it within the asker's patience. */
export function ask({ gateway }: World, actor: Actor, request: Request): Promise<Answer> {
  return new Promise((resolve) => {
    if (gateway === null || !gateway.actor.isAlive) return resolve({ kind: 'trouble' });
    const over = new AbortController();
    gateway.handle(request, (answer) => {
      over.abort();
      resolve(answer);
    });
    void actor.sleep(PATIENCE_MS, over.signal).then(() => resolve({ kind: 'trouble' }));
  });
}
