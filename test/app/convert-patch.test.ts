import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { it } from 'node:test';
import { convertAtTip } from '../../src/app/convert-patch.ts';
import { RENDER_FORMS } from '../../src/core/change/render/rendered.ts';
import { git } from '../world/git.ts';
import { lineFor, stateOf } from '../world/line.ts';

const EDITS = {
  edits: [
    { kind: 'replace', path: 'greeting.txt', old: 'hello', new: 'good morning' },
    { kind: 'create', path: 'new.txt', content: 'one\n' },
  ],
};

it('a patch written from what it does to a repository applies there with git', async (t) => {
  const line = await lineFor(t);
  const { text } = await convertAtTip(line.needs, {
    ...{ workspace: line.holding.workspace, body: Buffer.from(JSON.stringify(EDITS)) },
    ...{ format: null, to: 'git-diff' },
  });
  execFileSync('git', ['apply', '--index', '-'], { cwd: line.repository, input: text });
  assert.equal(git(line.repository, 'show', ':greeting.txt'), 'good morning\nworld');
  assert.equal(git(line.repository, 'show', ':new.txt'), 'one');
});

for (const to of RENDER_FORMS) {
  it(`written as ${to} it lands as the same tree`, async (t) => {
    const [direct, converted] = [await lineFor(t), await lineFor(t)];
    const { text } = await convertAtTip(converted.needs, {
      ...{ workspace: converted.holding.workspace, body: Buffer.from(JSON.stringify(EDITS)) },
      ...{ format: null, to },
    });
    const trees = await Promise.all([
      landed(direct, JSON.stringify(EDITS)),
      landed(converted, Buffer.from(text).toString()),
    ]);
    assert.equal(trees[0], trees[1]);
  });
}

async function landed(line: Awaited<ReturnType<typeof lineFor>>, body: string): Promise<string> {
  const { patch } = await line.submit(body);
  await line.next();
  return (await stateOf(line, patch.id, 'landed')).intent.tree;
}
