import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { describe, it, type TestContext } from 'node:test';
import { addWorkspace } from '../../../src/app/add-workspace.ts';
import { applyOnce } from '../../../src/app/apply-once.ts';
import type { Needs } from '../../../src/app/needs.ts';
import { projectOutbox } from '../../../src/app/project-outbox.ts';
import { removeWorkspace } from '../../../src/app/remove-workspace.ts';
import { giveBackWorkspace } from '../../../src/app/take-workspace.ts';
import { verifyAudit } from '../../../src/app/verify/verify-audit.ts';
import { type VerifyReport, verifyWorkspace } from '../../../src/app/verify/verify-workspace.ts';
import { creating } from '../../world/diffs.ts';
import { git } from '../../world/git.ts';
import { openInstallationFor } from '../../world/installation.ts';
import { aLine, type LineOptions } from '../../world/line.ts';

async function aLandedLine(test: TestContext, options: LineOptions = {}) {
  const line = await aLine(options);
  test.after(() => line.close());
  const { patch } = await line.submit(creating('a.txt'));
  await line.next();
  return {
    ...line,
    id: patch.id,
    sql: (statements: string) => {
      const db = new DatabaseSync(line.installation.config.home.ledgerFile, {
        enableForeignKeyConstraints: false,
      });
      db.exec(statements);
      db.close();
    },
    problems: async () => (await verifyWorkspace(line.needs, 'main')).problems,
  };
}

describe('verifying a workspace', () => {
  it('finds nothing wrong with what the runner did, in every state that a patch can be in', async (test) => {
    const line = await aLandedLine(test, { checks: [{ name: 'no b', run: 'test ! -e b.txt' }] });
    await line.submit(creating('b.txt'), { title: 'Ä \ud83d', idempotencyKey: 'k' });
    await line.next();
    await line.submit(creating('c.txt'), { force: true });
    assert.deepEqual(await verifyWorkspace(line.needs, 'main'), {
      ...{ ok: true, workspace: 'main', landed: 1, commits: 1, landing: 0, others: 0, replayed: 1 },
      ...{ accepted: 0, unnamed: 1, problems: [], unproven: [], notes: [] },
    });
  });

  const edits: Readonly<Record<string, string>> = {
    author: "author = 'nobody'",
    title: "title = 'forged'",
    origin: "origin = 'slack'",
    digest: "digest = 'x'",
    size: 'size = 1',
    seq: 'seq = 77',
    externalId: "external_id = 'x'",
    idempotencyKey: "idempotency_key = 'x'",
    lineage: `lineage = '{"kind":"reverts","patch":"p_1"}'`,
    acceptedAt: 'accepted_at = 1',
    executedAt: 'executed_at = 1',
    version: 'version = version + 1',
    'state.intent': "state = json_set(state, '$.intent.token', 77)",
    'state.worktree': "state = json_set(state, '$.worktree', 'behind')",
    'state.name': `state = '{"name":"cancelled","by":"nobody"}'`,
  };
  it('names every column that was edited in the ledger', async (test) => {
    const line = await aLandedLine(test);
    for (const [column, edit] of Object.entries(edits)) {
      const isNamed = async () =>
        (await line.problems()).some((problem) => problem.startsWith(`${line.id}: ${column} is `));
      assert.equal(await isNamed(), false, column);
      line.sql(`UPDATE patch SET ${edit}`);
      assert.equal(await isNamed(), true, column);
    }
  });

  it('finds a text that was exchanged while its patch waited, and one that is gone', async (test) => {
    const line = await aLandedLine(test);
    const { patch } = await line.submit(creating('b.txt'));
    line.sql(`UPDATE patch_body SET bytes = x'00' WHERE seq = ${patch.seq}`);
    assert.match((await line.problems()).join('\n'), new RegExp(`^${patch.id}: its text has digest`));
    line.sql(`DELETE FROM patch_body WHERE seq = ${patch.seq}`);
    assert.deepEqual(await line.problems(), [`${patch.id}: its text is gone`]);
  });

  it('finds a patch that was taken out of the ledger', async (test) => {
    const line = await aLandedLine(test);
    const { patch } = await line.submit(creating('b.txt'));
    line.sql(`DELETE FROM patch WHERE seq = ${patch.seq}`);
    assert.deepEqual(await line.problems(), [
      `${patch.id} has entries in the chain, and is not in the ledger`,
    ]);
  });

  it('finds a chain that was cut off, with its head, its events and its log, by the commit on the branch', async (test) => {
    const line = await aLandedLine(test);
    await projectOutbox(line.needs);
    const landed = (await line.needs.chains.entriesAbout(line.id)).find(
      ({ type }) => type === 'patch.landed',
    );
    assert.ok(landed);
    line.sql(`
      DROP TRIGGER entry_kept;
      DELETE FROM outbox WHERE entry IN (SELECT id FROM entry WHERE chain = 'main' AND n >= ${landed.n});
      DELETE FROM entry WHERE chain = 'main' AND n >= ${landed.n};
      UPDATE chain_head SET n = n - 2, hash = (SELECT sealed ->> '$.hash' FROM entry WHERE n = ${landed.n - 1});
      UPDATE cursor SET position = (SELECT max(position) FROM outbox)`);
    const problems = await line.problems();
    const tip = git(line.repository, 'rev-parse', 'main');
    assert.ok(problems.includes(`commit ${tip} names ${line.id}, whose chain has no patch.landed`));
  });

  it('counts a landing that is under way apart', async (test) => {
    const seen: VerifyReport[] = [];
    const found: { needs?: Needs } = {};
    const line = await aLine({
      observe: async (step) => {
        if (step === 'branch-moved' && found.needs) seen.push(await verifyWorkspace(found.needs, 'main'));
      },
    });
    test.after(() => line.close());
    found.needs = line.needs;
    await line.submit(creating('a.txt'));
    await line.next();
    assert.deepEqual(seen, [
      {
        ...{ ok: true, workspace: 'main', landed: 0, commits: 1, landing: 1, others: 0, replayed: 0 },
        ...{ accepted: 0, unnamed: 1, problems: [], unproven: [], notes: [] },
      },
    ]);
  });

  it('is no false alarm while patches land between its looks', async (test) => {
    const line = await aLandedLine(test);
    const { ledger, chains } = line.needs;
    let round = 0;
    const land = async () => {
      round += 1;
      await line.submit(creating(`meanwhile-${round}.txt`));
      await line.next();
    };
    await line.submit(creating('waiting.txt'));
    const busy: Needs = {
      ...line.needs,
      ledger: {
        ...ledger,
        list: async (query) => {
          await land();
          return ledger.list(query);
        },
      },
      chains: {
        ...chains,
        entries: async (...args) => {
          await land();
          return chains.entries(...args);
        },
      },
    };
    const report = await verifyWorkspace(busy, 'main');
    assert.deepEqual(report.problems, []);
    assert.equal(report.landed, report.commits);
    assert.ok(round > 1);
  });

  it('still finds a landed commit that a person merged under another parent', async (test) => {
    const line = await aLandedLine(test);
    const { repository } = line;
    git(repository, 'checkout', '-q', '-b', 'topic', 'main~1');
    git(repository, 'commit', '-q', '--allow-empty', '-m', 'By hand');
    git(repository, 'merge', '-q', '-m', 'Merge main', 'main');
    git(repository, 'branch', '-f', 'main', 'topic');
    git(repository, 'checkout', '-q', 'main');
    const { problems, landed, commits } = await verifyWorkspace(line.needs, 'main');
    assert.deepEqual([problems, landed, commits], [[], 1, 1]);
  });

  it('names a commit that nobody landed, and a landed one that left the branch', async (test) => {
    const line = await aLandedLine(test);
    const { repository } = line;
    const landed = git(repository, 'rev-parse', 'main');
    git(repository, 'commit', '-q', '--amend', '--reset-author', '-m', `Forged\n\nGhost-Patch: ${line.id}`);
    const forged = git(repository, 'rev-parse', 'main');
    assert.deepEqual(await line.problems(), [
      `${line.id} is landed as ${landed}, which is not on the branch`,
      `commit ${forged} names ${line.id}, which the ledger does not have as landed there`,
    ]);
    assert.deepEqual((await verifyAudit(line.needs)).problems, []);
  });

  it('leaves alone what another workspace of the ledger landed there, and what stood there before', async (test) => {
    const line = await aLandedLine(test);
    const { needs, repository } = line;
    await removeWorkspace(needs, { name: 'main', actor: 'test' });
    await giveBackWorkspace(needs, line.holding);
    const shot = {
      merge: 'never',
      format: null,
      author: 'test',
      gate: 'required',
      adopt: false,
      onStep: () => undefined,
      warn: () => undefined,
    } as const;
    await applyOnce(needs, { repo: repository, body: Buffer.from(creating('x.txt')), ...shot });
    await needs.workspaces.add(line.holding.workspace);
    const report = await verifyWorkspace(needs, 'main');
    assert.deepEqual([report.problems, report.landed, report.others], [[], 1, 1]);

    const elsewhere = await openInstallationFor();
    test.after(() => elsewhere.close());
    await addWorkspace(elsewhere.needs, {
      name: 'taken',
      repo: repository,
      branch: 'main',
      checks: [],
      actor: 'test',
      adopt: true,
    });
    const taken = await verifyWorkspace(elsewhere.needs, 'taken');
    assert.deepEqual([taken.problems, taken.landed, taken.others], [[], 0, 2]);
  });
});
