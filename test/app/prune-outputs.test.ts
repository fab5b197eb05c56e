import assert from 'node:assert/strict';
import { readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { followLog } from '../../src/app/follow-log.ts';
import { patchLog } from '../../src/app/patch-log.ts';
import { pruneOutputs } from '../../src/app/prune-outputs.ts';
import { LOG_BEGINS } from '../../src/core/gate/output/log-place.ts';
import { creating } from '../world/diffs.ts';
import { lineFor } from '../world/line.ts';

const DAY_MS = 24 * 3_600_000;
const CHECKS = [{ name: 'prints', run: 'echo printed; test -e new.txt' }];

describe('outputs that are kept', () => {
  it('go when they are old or nobody names them, which is tried first and told by an entry', async (t) => {
    const line = await lineFor(t, { checks: CHECKS });
    const { needs, clock } = line;
    const { patch } = await line.submit(creating('new.txt'));
    await line.next();
    const litter = await needs.outputs.keep(Buffer.from('of a runner that was killed'));
    const keptIn = line.installation.config.home.outputs;
    for (const name of readdirSync(keptIn, { recursive: true }).map(String).reverse())
      utimesSync(join(keptIn, name), clock.now() / 1000, clock.now() / 1000);
    const prune = (mode: 'try' | 'do') => pruneOutputs(needs, { mode, what: 'unnamed', actor: 'test' });

    clock.advance(2 * DAY_MS);
    assert.deepEqual({ ...(await prune('try')), bytes: 0 }, { old: 0, unnamed: 1, bytes: 0, patches: 0 });
    assert.ok(await needs.outputs.read(litter));
    await prune('do');
    assert.equal(await needs.outputs.read(litter), null);
    assert.ok((await patchLog(needs, patch.id)).checks.every(({ output }) => output !== null));

    clock.advance(90 * DAY_MS);
    assert.equal((await prune('do')).patches, 1);
    const { checks } = await patchLog(needs, patch.id);
    assert.deepEqual(
      checks.map(({ output }) => output),
      checks.map(() => null),
      'no longer kept',
    );
    assert.match(checks[0]?.verdict.output.tail ?? '', /printed/);
    const news = await Array.fromAsync(
      followLog(needs, { id: patch.id, place: LOG_BEGINS }, new AbortController().signal),
    );
    const over = news.at(-1);
    assert.deepEqual(over?.kind === 'over' && over.elsewhere, ['test'], 'who ran it is known');
    const told = (await needs.chains.entriesAbout('outputs')).map(({ type, data }) => [
      type,
      Object(data).unnamed,
    ]);
    assert.deepEqual(told, [
      ['outputs.pruned', 1],
      ['outputs.pruned', 0],
    ]);
    await prune('do');
    assert.equal((await needs.chains.entriesAbout('outputs')).length, 2, 'nothing to tell');
  });
});
