import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { httpServices } from '../../../src/adapters/services/http-services.ts';
import type { ServiceAnswer, ServiceQuestion } from '../../../src/ports/services.ts';

async function serverFor(test: TestContext, listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  test.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Every name leads to this machine, and how often each was asked for is told. */
function atHome() {
  const asked: string[] = [];
  const services = httpServices({
    resolve: async (name) => {
      asked.push(name);
      return [{ address: '127.0.0.1', family: 4 }];
    },
  });
  const ask = (url: string, more: Partial<ServiceQuestion> = {}): Promise<ServiceAnswer> =>
    services.ask(
      {
        ...{ url, hosts: [new URL(url).host], privateHosts: [new URL(url).host] },
        ...{ timeoutMs: 20_000, bodyCap: 1000, ...more },
      },
      new AbortController().signal,
    );
  return { asked, ask };
}

function why(answer: ServiceAnswer): string {
  return answer.kind === 'answered' ? `answered ${answer.status}` : `${answer.kind}: ${answer.why}`;
}

describe('services behind HTTP', () => {
  it('tell their status and what they say, up to a limit', async (test) => {
    const port = await serverFor(test, (_request, response) => response.writeHead(503).end('x'.repeat(5000)));
    const answer = await atHome().ask(`http://localhost:${port}/`);
    assert.equal(answer.kind, 'answered');
    if (answer.kind !== 'answered') return;
    assert.deepEqual([answer.status, answer.body.length, answer.address], [503, 1000, '127.0.0.1']);
  });

  it('are not read to the end of an answer that has none', async (test) => {
    const port = await serverFor(test, (_request, response) => {
      response.on('error', () => undefined);
      const more = () => response.writable && response.write('x'.repeat(1000), more);
      more();
    });
    assert.equal(why(await atHome().ask(`http://localhost:${port}/`)), 'answered 200');
  });

  it('that hang or hang up are silent, within the time limit', async (test) => {
    const hangs = await serverFor(test, () => undefined);
    const silent = await atHome().ask(`http://localhost:${hangs}/`, { timeoutMs: 50 });
    assert.equal(why(silent), 'silent: no answer within 50 ms');
    const lost = httpServices({ resolve: () => new Promise(() => undefined) });
    const asked = { url: 'http://lost/', hosts: ['lost:80'], privateHosts: [], timeoutMs: 50, bodyCap: 1 };
    const unresolved = await lost.ask(asked, new AbortController().signal);
    assert.equal(why(unresolved), 'silent: no answer within 50 ms');
    const drops = await serverFor(test, (request) => request.socket.destroy());
    assert.match(why(await atHome().ask(`http://localhost:${drops}/`)), /^silent: /);
    assert.equal(why(await atHome().ask('http://localhost:1/')), 'silent: nobody listens there');
  });

  it('are followed where they send on, but not to a host that nobody granted, and not for ever', async (test) => {
    const port = await serverFor(test, (request, response) => {
      const location =
        request.url === '/in' ? '/there' : request.url === '/out' ? 'http://other:80/' : request.url;
      if (request.url === '/there') response.end('here');
      else response.writeHead(302, { location }).end();
    });
    const { ask, asked } = atHome();
    assert.equal(why(await ask(`http://localhost:${port}/in`)), 'answered 200');
    assert.equal(
      why(await ask(`http://localhost:${port}/out`)),
      'forbidden: http://other:80 is no host that the policy grants',
    );
    assert.ok(!asked.includes('other'));
    assert.match(why(await ask(`http://localhost:${port}/loop`)), /sends on more than 5 times/);
  });

  it('are not asked at an address that is not public, unless the name says so or the policy does', async (test) => {
    const port = await serverFor(test, (_request, response) => response.end());
    const { ask, asked } = atHome();
    const url = `http://status.example.org:${port}/`;
    assert.match(
      why(await ask(url, { privateHosts: [] })),
      /^forbidden: status\.example\.org leads to 127\.0\.0\.1, which is not public; .*privateHosts/,
    );
    assert.equal(asked.length, 1, 'a name is resolved once');
    assert.equal(why(await ask(url)), 'answered 200');
    assert.equal(why(await ask(`http://localhost:${port}/`, { privateHosts: [] })), 'answered 200');
  });
});
