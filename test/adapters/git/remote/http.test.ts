import assert from 'node:assert/strict';
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { type GitHttpServer, gitHttpServer } from '../../../world/git-http-server.ts';
import { change, prepared, raised } from '../world.ts';
import { aRemote, hook, openedRemote, pushByOther, type RemotePlace } from './world.ts';

const ACCOUNT = { user: 'ann', password: 'correct-horse-9f27' };

interface Site {
  readonly place: RemotePlace;
  readonly server: GitHttpServer;
  readonly url: string;
  /** A file of git's credential store that opens it. */
  readonly credentials: string;
}

async function aSite(t: TestContext): Promise<Site> {
  const place = aRemote(t);
  const server = await gitHttpServer(place.root, ACCOUNT);
  t.after(() => server.close());
  const credentials = join(place.root, 'credentials');
  const { host } = new URL(server.origin);
  writeFileSync(credentials, `http://${ACCOUNT.user}:${ACCOUNT.password}@${host}\n`, { mode: 0o600 });
  return { place, server, url: `${server.origin}/bare.git`, credentials };
}

const isPush = ({ method, url }: { method?: string | undefined; url?: string | undefined }) =>
  method === 'POST' && url?.endsWith('/git-receive-pack') === true;

/** Command lines of processes that name `secret`, looked for again and again until stopped. */
function watchCommandLines(secret: string): () => readonly string[] {
  const found: string[] = [];
  let looks = 0;
  const look = () => {
    looks += 1;
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        const text = ['cmdline', 'environ']
          .map((file) => readFileSync(`/proc/${pid}/${file}`, 'latin1'))
          .join();
        if (text.includes(secret)) found.push(text);
      } catch {
        // It ended, or is not ours to look into.
      }
    }
  };
  const timer = setInterval(look, 2);
  return () => {
    clearInterval(timer);
    assert.ok(looks > 10, `${looks} looks`);
    return found;
  };
}

describe('a remote over HTTP', () => {
  it('is not opened without credentials, nor with wrong ones, which are kept all the same', async (t) => {
    const { place, url, credentials } = await aSite(t);
    await assert.rejects(openedRemote(t, place, { url }), { code: 'remote_refused' });
    const wrong = readFileSync(credentials, 'utf8').replace(ACCOUNT.password, 'wrong');
    writeFileSync(credentials, wrong);
    await assert.rejects(openedRemote(t, place, { url, credentials }), { code: 'remote_refused' });
    assert.equal(readFileSync(credentials, 'utf8'), wrong);
  });

  it('is opened by a credential store, whose password no command line and no environment shows', async (t) => {
    const { place, url, credentials } = await aSite(t);
    const shown = watchCommandLines(ACCOUNT.password);
    const open = await openedRemote(t, place, { url, credentials });
    const fence = await raised(t, open, 1);
    const intent = await prepared(open, [change('x', 'one\n')]);
    assert.deepEqual(await fence.land(intent), { kind: 'moved' });
    assert.equal(await open.history.holds(intent.commit), true);
    assert.deepEqual(shown(), []);
    assert.equal(place.git('rev-parse', 'main'), intent.commit);
  });

  it('does not get its password shown by a server that echoes it', async (t) => {
    const { place, url, credentials } = await aSite(t);
    hook(place, 'pre-receive', `echo "no: ${ACCOUNT.password} it was" >&2; exit 1`);
    const open = await openedRemote(t, place, { url, credentials });
    await assert.rejects(raised(t, open, 1), ({ message }: Error) => {
      assert.match(message, /no: \*\*\* it was/);
      return !message.includes(ACCOUNT.password);
    });
  });

  it('takes no credentials that others may read', async (t) => {
    const { place, url, credentials } = await aSite(t);
    chmodSync(credentials, 0o640);
    await assert.rejects(openedRemote(t, place, { url, credentials }), {
      code: 'credentials_unsafe',
      message: /0640, expected 0600/,
    });
  });

  it('that answers no more after it has landed is asked, and believed', async (t) => {
    const { place, server, url, credentials } = await aSite(t);
    const open = await openedRemote(t, place, { url, credentials });
    const fence = await raised(t, open, 1);
    const intent = await prepared(open, [change('x', 'one\n')]);
    server.interference.after = (request) => (isPush(request) ? 'cut' : 'answer');
    assert.deepEqual(await fence.land(intent), { kind: 'moved' });
    assert.equal(place.git('rev-parse', 'main'), intent.commit);
  });
});

/** The next push is kept by the server after its sender has given up, until it is let go. */
async function aSlowPush(site: Site, t: TestContext) {
  const { place, server, url, credentials } = site;
  const limits = { lookMs: 30_000, transferMs: 30_000, copyMs: 30_000 };
  const open = await openedRemote(t, place, { url, credentials, limits });
  const fence = await raised(t, open, 1);
  const intent = await prepared(open, [change('x', 'one\n')]);
  const kept = Promise.withResolvers<void>();
  const done = Promise.withResolvers<void>();
  let held: unknown = null;
  server.interference.before = async (request) => {
    if (!isPush(request) || held !== null) return;
    held = request;
    // The sender's line is cut. Its HTTP library then sends all of it again by itself.
    request.socket.destroy();
    await kept.promise;
  };
  server.interference.after = (request) => {
    if (request === held) done.resolve();
    return 'answer';
  };
  const arrive = async () => {
    kept.resolve();
    await done.promise;
  };
  return { open, fence, intent, arrive };
}

describe('a push whose sender was cut off', () => {
  it('may arrive after it was done again, and does nothing then', async (t) => {
    const site = await aSite(t);
    const { fence, intent, arrive } = await aSlowPush(site, t);
    assert.deepEqual(await fence.land(intent), { kind: 'moved' });
    const next = pushByOther(site.place);
    await arrive();
    assert.equal(site.place.git('rev-parse', 'main'), next);
  });

  it('can no longer land what was said to be outpaced, though the branch comes back to its base', async (t) => {
    const site = await aSite(t);
    const { place, server } = site;
    const { fence, intent, arrive } = await aSlowPush(site, t);
    const before = server.interference.before;
    server.interference.before = async (request) => {
      if (isPush(request) && place.git('rev-parse', 'main') === intent.base) {
        const kept = before?.(request);
        pushByOther(place);
        return kept;
      }
      return before?.(request);
    };
    assert.equal((await fence.land(intent)).kind, 'outpaced');
    place.git('update-ref', 'refs/heads/main', intent.base);
    await arrive();
    assert.equal(place.git('rev-parse', 'main'), intent.base);
  });
});
