import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, it, type TestContext } from 'node:test';
import { issueToken } from '../../../src/app/issue-token.ts';
import type { Needs } from '../../../src/app/needs.ts';
import { projectOutbox } from '../../../src/app/project-outbox.ts';
import { verifyAudit } from '../../../src/app/verify/verify-audit.ts';
import { creating } from '../../world/diffs.ts';
import { openInstallationFor } from '../../world/installation.ts';
import { aLine } from '../../world/line.ts';
import { openWorld } from '../../world/needs.ts';

/** One landed patch and one token, all of it in the log. */
async function aProjectedLine(test: TestContext) {
  const line = await aLine();
  test.after(() => line.close());
  const { needs, installation } = line;
  await line.submit(creating('a.txt'));
  await line.next();
  await issueToken(needs, { subject: 'mallory', role: 'operator', ttlMs: 1_000_000, actor: 'root' });
  await projectOutbox(needs);
  const file = `${installation.config.home.logs}/audit.log`;
  return {
    ...line,
    file,
    lines: () => readFileSync(file, 'utf8').trimEnd().split('\n'),
    write: (lines: readonly string[]) => writeFileSync(file, lines.map((line) => `${line}\n`).join('')),
    sql: (statements: string) => {
      const db = new DatabaseSync(installation.config.home.ledgerFile, {
        enableForeignKeyConstraints: false,
      });
      db.exec(statements);
      db.close();
    },
    problems: async () => (await verifyAudit(needs)).problems,
  };
}

describe('verifying the audit log', () => {
  it('finds nothing wrong with one that nobody touched, whole or behind', async (test) => {
    const line = await aProjectedLine(test);
    await line.submit(creating('b.txt'));
    const report = await verifyAudit(line.needs);
    assert.deepEqual([report.problems, report.lines], [[], line.lines().length]);
    assert.ok(report.lines < (await line.needs.outbox.newest()));
  });

  it('finds any one line that was taken out, wherever it stood', async (test) => {
    const line = await aProjectedLine(test);
    const whole = line.lines();
    for (const [index, text] of whole.entries()) {
      line.write(whole.toSpliced(index, 1));
      assert.notDeepEqual(await line.problems(), [], text);
    }
  });

  it('finds a position that was edited, and does not go on writing behind it', async (test) => {
    const line = await aProjectedLine(test);
    const whole = line.lines();
    for (const index of whole.keys()) {
      const edited = whole[index]?.replace(/"position":\d+/, '"position":999999') ?? '';
      line.write(whole.with(index, edited));
      const said = `audit log, line ${index + 1}: position 999999, expected ${index + 1}`;
      assert.equal((await line.problems())[0], said);
    }
    await assert.rejects(projectOutbox(line.needs), { code: 'audit_log_broken' });
  });

  it('finds two lines of different chains that changed places', async (test) => {
    const line = await aProjectedLine(test);
    const whole = line.lines().map((text): { chain: string; position: number } => JSON.parse(text));
    const [token, before] = [whole.at(-1), whole.at(-2)];
    assert.ok(token && before && token.chain !== before.chain);
    const swapped = [
      { ...token, position: before.position },
      { ...before, position: token.position },
    ];
    line.write([...whole.slice(0, -2), ...swapped].map((each) => JSON.stringify(each)));
    assert.match((await line.problems()).join('\n'), /token.issued .* where the outbox has patch.followed/);
  });

  it('finds a last line that was made up, and one that was cut short after it was acknowledged', async (test) => {
    const line = await aProjectedLine(test);
    const whole = line.lines();
    const last = whole.at(-1) ?? '';
    const next = last.replace(/"position":(\d+)/, (_, n) => `"position":${Number(n) + 1}`);
    line.write([...whole, next]);
    assert.match((await line.problems()).join('\n'), /where the outbox has nothing/);
    line.write(whole);
    assert.deepEqual(await line.problems(), []);
    const file = `${line.installation.config.home.logs}/audit.log`;
    writeFileSync(file, readFileSync(file).subarray(0, -1));
    assert.match((await line.problems()).join('\n'), /but was written up to/);
  });

  it('finds events that were taken out of the outbox, before the log told them', async (test) => {
    const line = await aProjectedLine(test);
    await line.submit(creating('b.txt'));
    line.sql('DELETE FROM outbox WHERE position = (SELECT max(position) FROM outbox)');
    assert.match((await line.problems()).join('\n'), /entries, the outbox tells/);
  });

  it('finds entries after the head, which no newer head knows', async (test) => {
    const line = await aProjectedLine(test);
    line.sql("UPDATE chain_head SET n = n - 1 WHERE chain = 'system'");
    assert.match((await line.problems()).join('\n'), /after the head/);
  });

  it('holds a page of the log, however long it is, and finds what is wrong on any of them', async (test) => {
    const { needs, directory, close } = await openWorld();
    test.after(close);
    for (let count = 0; count < 1_300; count += 1)
      await issueToken(needs, { subject: 'ada', role: 'viewer', ttlMs: 60_000, actor: 'root' });
    await projectOutbox(needs);
    let [read, compared, most] = [0, 0, 0];
    const counted: Pick<Needs, 'chains' | 'outbox' | 'auditLog'> = {
      ...needs,
      auditLog: {
        open: (written) => needs.auditLog.open(written),
        rebuild: () => needs.auditLog.rebuild(),
        async *lines() {
          for await (const line of needs.auditLog.lines()) {
            read += 1;
            most = Math.max(most, read - compared);
            yield line;
          }
        },
      },
      chains: {
        ...needs.chains,
        entries: (chain, after, limit) => {
          compared = read;
          return needs.chains.entries(chain, after, limit);
        },
      },
    };
    const report = await verifyAudit(counted);
    assert.deepEqual([report.problems, report.lines], [[], 1_300]);
    assert.ok(most <= 500, String(most));

    const file = `${directory}/audit.log`;
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    const swapped = lines.with(1_100, lines[1_101] ?? '').with(1_101, lines[1_100] ?? '');
    writeFileSync(file, `${swapped.join('\n')}\n`);
    const { problems } = await verifyAudit(needs);
    assert.deepEqual(problems.slice(0, 2), [
      'audit log, line 1101: position 1102, expected 1101',
      'audit log, line 1102: position 1101, expected 1103',
    ]);
    assert.match(
      problems.join('\n'),
      /chain system: entry 1101 is token.issued with number 1102.*; 1 more after it/,
    );
    assert.equal(problems.length, 4);
  });

  it('is no false alarm while patches come in and the log is written', async (test) => {
    const line = await aProjectedLine(test);
    const { needs } = line;
    let round = 0;
    const meanwhile =
      <A extends readonly unknown[], R>(read: (...args: A) => Promise<R>) =>
      async (...args: A) => {
        round += 1;
        await line.submit(creating(`before-${round}.txt`));
        const answer = await read(...args);
        await line.submit(creating(`after-${round}.txt`));
        if (round % 2 === 0) await projectOutbox(needs);
        return answer;
      };
    const { chains, outbox, auditLog } = needs;
    const busy: Pick<Needs, 'chains' | 'outbox' | 'auditLog'> = {
      auditLog,
      chains: { ...chains, heads: meanwhile(chains.heads), entries: meanwhile(chains.entries) },
      outbox: {
        ...outbox,
        cursor: meanwhile(outbox.cursor),
        newest: meanwhile(outbox.newest),
        after: meanwhile(outbox.after),
      },
    };
    assert.deepEqual((await verifyAudit(busy)).problems, []);
    assert.ok(round > 5);
  });
});

describe('two projections at once', () => {
  it('write every line once, whichever process they are in', async (test) => {
    const line = await aProjectedLine(test);
    const other = await openInstallationFor(line.installation.settings);
    test.after(() => other.close());
    for (let round = 0; round < 5; round++) {
      await line.submit(creating(`round-${round}.txt`));
      await Promise.all([projectOutbox(line.needs), projectOutbox(other.needs), projectOutbox(line.needs)]);
    }
    assert.deepEqual(await line.problems(), []);
    assert.equal(line.lines().length, await line.needs.outbox.newest());
  });

  it('finds every spelling that is not the one that was written', async (test) => {
    const line = await aProjectedLine(test);
    const whole = line.lines();
    const forgeries: ((text: string) => string)[] = [
      (text) => text.replace('{', '{"actor":"evil",'),
      (text) => text.replace('"chain":', '"chain": '),
      (text) => text.replace('"system"', '"\\u0073ystem"').replace('"main"', '"\\u006dain"'),
      (text) => `${text}\r`,
    ];
    for (const forge of forgeries) {
      line.write(whole.with(-1, forge(whole.at(-1) ?? '')));
      assert.notDeepEqual(await line.problems(), []);
    }
    writeFileSync(line.file, `${whole.join('\n')} `);
    assert.notDeepEqual(await line.problems(), []);
  });
});
