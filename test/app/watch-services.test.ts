import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { patchSummary } from '../../src/app/patch-reads.ts';
import { verifyOnePatch } from '../../src/app/verify/verify-one-patch.ts';
import { watchServices } from '../../src/app/watch-services.ts';
import type { Flag } from '../../src/core/patch/terms.ts';
import type { ServiceAnswer, ServiceQuestion } from '../../src/ports/services.ts';
import { creating } from '../world/diffs.ts';
import { attest } from '../world/evidence.ts';
import { aRepository, git, write } from '../world/git.ts';
import { lineFor, stateOf, type TestLine } from '../world/line.ts';

/** A service that answers as long as it is alive, and everything that it was asked. */
class AService {
  isAlive = true;
  readonly asked: ServiceQuestion[] = [];

  ask = async (question: ServiceQuestion): Promise<ServiceAnswer> => {
    this.asked.push(question);
    return this.isAlive
      ? { kind: 'answered', status: 200, body: Buffer.from('fine'), address: '127.0.0.1' }
      : { kind: 'silent', why: 'nobody listens there' };
  };
}

const UP = 'name: up, kind: http, url: "http://localhost:3000/healthz", tries: 1';

async function lineWith(test: TestContext, up: string, granted = true) {
  const repository = aRepository();
  const gate = `checks:\n  - {name: here, run: test -e greeting.txt}\n  - {${up}}\n`;
  write(repository, { 'ghost.yml': gate });
  git(repository, 'add', '.');
  git(repository, 'commit', '-q', '-m', 'The gate');
  const line = await lineFor(test, { repository });
  const service = new AService();
  Object.assign(line.needs, { services: service });
  const policy = granted ? 'grants: {hosts: ["localhost:3000"]}\n' : 'version: 1\n';
  write(line.installation.config.home.data, { 'policy.yml': policy });
  return { line, service };
}

async function landed(line: TestLine, path: string, ...flags: readonly Flag[]): Promise<string> {
  const { patch } = await line.submit(creating(path), { flags });
  await line.next();
  await stateOf(line, patch.id, 'landed');
  return patch.id;
}

function watch(line: TestLine): Promise<void> {
  return watchServices(line.needs, line.holding);
}

async function typesOf(line: TestLine, id: string): Promise<readonly string[]> {
  return (await line.needs.chains.entriesAbout(id)).map(({ type }) => type);
}

describe('a check of the kind http', () => {
  it('asks only hosts that the policy grants', async (test) => {
    const { line, service } = await lineWith(test, UP, false);
    const { patch } = await line.submit(creating('x'));
    await line.next();
    const { reason, detail } = await stateOf(line, patch.id, 'failed');
    assert.equal(reason, 'gate_invalid');
    assert.match(
      detail,
      /asks localhost:3000, which the policy does not grant \(`grants: \{hosts: \[localhost:3000\]\}`\)/,
    );
    assert.equal(service.asked.length, 0);
  });

  it('lets nothing land while the service is silent, and is asked afterwards only where it says so', async (test) => {
    const { line, service } = await lineWith(test, UP);
    service.isAlive = false;
    const { patch } = await line.submit(creating('x'));
    await line.next();
    const { faults } = await stateOf(line, patch.id, 'rejected');
    assert.match(
      faults[0]?.message ?? '',
      /http:\/\/localhost:3000\/healthz does not answer as it should: nobody listens there/,
    );
    service.isAlive = true;
    const id = await landed(line, 'y');
    const before = service.asked.length;
    await watch(line);
    assert.equal(service.asked.length, before);
    assert.ok(!(await typesOf(line, id)).includes('patch.watched'));
  });
});

describe('a service after a landing', () => {
  it('is asked once more, and an entry tells that it answers', async (test) => {
    const { line, service } = await lineWith(test, `${UP}, after: true`);
    const id = await landed(line, 'x');
    assert.equal(service.asked.length, 1);
    await watch(line);
    await watch(line);
    assert.equal(service.asked.length, 2);
    assert.equal((await typesOf(line, id)).filter((type) => type === 'patch.watched').length, 1);
    assert.match(
      await patchSummary(line.needs, id, 'markdown'),
      /service `up` at .*asked again after the landing: answers/,
    );
  });

  it('that is silent is told, and takes nothing back where the check does not ask for it', async (test) => {
    const { line, service } = await lineWith(test, `${UP}, after: true`);
    const id = await landed(line, 'x');
    service.isAlive = false;
    await watch(line);
    assert.match(
      await patchSummary(line.needs, id, 'markdown'),
      /asked again after the landing: \*\*silent\*\*, `http/,
    );
    assert.equal((await line.needs.ledger.line('main')).head, null);
  });

  it('that is silent takes the patch back with a patch of its own, which is not asked whether it answers', async (test) => {
    const { line, service } = await lineWith(test, `${UP}, after: true, revert: true`);
    const id = await landed(line, 'x');
    service.isAlive = false;
    await watch(line);
    const { head } = await line.needs.ledger.line('main');
    assert.deepEqual(head?.lineage, { kind: 'reverts', patch: id });
    assert.equal(head?.origin, 'runner');
    await line.next();
    await stateOf(line, head.id, 'landed');
    await watch(line);
    assert.equal((await line.needs.ledger.line('main')).head, null);
    assert.match(
      await patchSummary(line.needs, id, 'markdown'),
      new RegExp(`taken back by .${head.id}., since a service`),
    );
    await attest(line);
    const asked = { id: head.id, pinned: null };
    const { problems, unproven } = await verifyOnePatch(line.needs, line.holding, asked);
    assert.deepEqual(problems, []);
    assert.doesNotMatch(unproven.join('\n'), /its gate/);
  });

  it('that we may not ask any more is unknown, and takes nothing back', async (test) => {
    const { line, service } = await lineWith(test, `${UP}, after: true`);
    const id = await landed(line, 'x', 'requireServiceUptime');
    const why = 'localhost:3000 is not granted';
    Object.assign(line.needs, { services: { ask: async () => ({ kind: 'forbidden', why }) } });
    await watch(line);
    assert.equal(service.asked.length, 1);
    assert.equal((await line.needs.ledger.line('main')).head, null);
    const summary = await patchSummary(line.needs, id, 'markdown');
    assert.match(summary, /asked again after the landing: \*\*unknown\*\*, `localhost:3000 is not granted`/);
    assert.match(summary, /\*\*open\*\* requireServiceUptime: `could not be asked after it landed: up`/);
  });

  it('is asked again where somebody moved the patch meanwhile, so that the next landing hides nothing', async (test) => {
    const { line, service } = await lineWith(test, `${UP}, after: true`);
    const id = await landed(line, 'x');
    const record: TestLine['needs']['ledger']['record'] = async (step) =>
      service.asked.length < 3
        ? { kind: 'stale', patch: await line.find(id) }
        : line.needs.ledger.record(step);
    await watchServices({ ...line.needs, ledger: withRecord(line, record) }, line.holding);
    assert.equal(service.asked.length, 3);
    assert.ok((await typesOf(line, id)).includes('patch.watched'));
  });

  it('that a holder died over is left to the next one: the same patch takes it back, once', async (test) => {
    const { line, service } = await lineWith(test, `${UP}, after: true, revert: true`);
    const id = await landed(line, 'x');
    service.isAlive = false;
    const record: typeof line.needs.ledger.record = () => Promise.reject(new Error('the runner is gone'));
    const dying = { ...line.needs, ledger: withRecord(line, record) };
    await assert.rejects(watchServices(dying, line.holding), /the runner is gone/);
    const { head } = await line.needs.ledger.line('main');
    await watch(line);
    const after = await line.needs.ledger.line('main');
    assert.equal(after.head?.id, head?.id);
    const entry = (await line.needs.chains.entriesAbout(id)).find(({ type }) => type === 'patch.watched');
    assert.deepEqual((entry?.data as { revert?: unknown })?.revert, { by: head?.id });
  });
});

describe('requireServiceUptime', () => {
  it('asks before and after, and takes the patch back, also where the check alone would do neither', async (test) => {
    const { line, service } = await lineWith(test, UP);
    const id = await landed(line, 'x', 'requireServiceUptime');
    service.isAlive = false;
    await watch(line);
    const { head } = await line.needs.ledger.line('main');
    assert.deepEqual(head?.lineage, { kind: 'reverts', patch: id });
    const summary = await patchSummary(line.needs, id, 'markdown');
    assert.match(
      summary,
      /\*\*broken\*\* requireServiceUptime: `answered before it landed and not afterwards: up`/,
    );
  });
});

function withRecord(line: TestLine, record: TestLine['needs']['ledger']['record']) {
  return new Proxy(line.needs.ledger, {
    get: (ledger, name) => {
      const own: unknown = Reflect.get(ledger, name);
      if (name === 'record') return record;
      return typeof own === 'function' ? own.bind(ledger) : own;
    },
  });
}
