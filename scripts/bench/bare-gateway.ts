import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openWriter } from '../../src/adapters/sqlite/database.ts';
import { packageRootOf, processVariables, readConfig } from '../../src/main/config.ts';
import { ulidFactory } from '../../src/platform/ids.ts';
import { type Running, runUnderSupervisor } from '../../src/platform/supervised.ts';

/*
 * The peer of the receipts bench: the least that takes a patch over HTTP and answers once it is durable. Whatever came in
 * while one transaction was written goes into the next; the rows have the form and size of the product's, in the product's
 * schema. Nothing is authenticated, read, looked up or hashed.
 */
interface Waiting {
  readonly body: Buffer;
  readonly key: string;
  readonly response: ServerResponse;
}

const DIGEST = '0'.repeat(64);
const STATE = JSON.stringify({
  name: 'queued',
  notBefore: null,
  spent: { attempts: 0, rescues: 0, outpaced: 0 },
});

function insertsOn(file: string): (waiting: readonly Waiting[]) => void {
  const db = openWriter(file);
  const newUlid = ulidFactory();
  const patch = db.prepare(
    `INSERT INTO patch (id, workspace, title, author, origin, format, digest, size, idempotency_key, accepted_at, version,
       state, content_claim) VALUES (?, 'bare', 'Change 1 file', 'test', 'http', 'git-diff', ?, ?, ?, ?, 1, ?, ?)`,
  );
  const content = db.prepare('INSERT INTO patch_body (seq, bytes) VALUES (?, ?)');
  const entry = db.prepare('INSERT INTO entry (sealed) VALUES (?)');
  const head = db.prepare(
    'INSERT INTO chain_head VALUES (?, ?, ?) ON CONFLICT (chain) DO UPDATE SET n = excluded.n',
  );
  const outbox = db.prepare('INSERT INTO outbox (entry, data) VALUES (?, ?)');
  let n = 0;
  return (waiting) => {
    db.exec('BEGIN IMMEDIATE');
    for (const { body, key } of waiting) {
      const at = Date.now();
      const id = `p_${newUlid(at)}`;
      const { lastInsertRowid } = patch.run(id, DIGEST, body.length, key, at, STATE, id);
      content.run(lastInsertRowid, body);
      n += 1;
      const data = {
        workspace: 'bare',
        title: 'Change 1 file',
        author: 'test',
        digest: DIGEST,
        size: body.length,
      };
      const about = { chain: 'bare', n, at, actor: 'test', type: 'patch.accepted', subject: id, data };
      const sealed = entry.run(JSON.stringify({ ...about, previous: DIGEST, hash: DIGEST }));
      head.run('bare', n, DIGEST);
      outbox.run(sealed.lastInsertRowid, JSON.stringify(data));
    }
    db.exec('COMMIT');
  };
}

async function startBare(): Promise<Running> {
  const { home } = readConfig(processVariables(), packageRootOf(import.meta.dirname));
  const insert = insertsOn(home.ledgerFile);
  const line: Waiting[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (line.length === 0) setImmediate(store);
    line.push({ body: Buffer.concat(chunks), key: String(request.headers['idempotency-key']), response });
  };
  const store = () => {
    const waiting = line.splice(0);
    insert(waiting);
    for (const { response } of waiting) response.writeHead(202, { 'content-length': 2 }).end('{}');
  };
  const server = createServer((request, response) => void take(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    details: { url: `http://127.0.0.1:${port}` },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

await runUnderSupervisor(startBare);
