import { fail, GhostError } from '../core/errors.ts';
import type { LedgerEvent } from '../core/ledger/event.ts';
import { readEventStream, type StreamMessage } from './event-stream.ts';
import type { CliHost, ServiceAddress } from './host.ts';
import { errorOfBody } from './problem.ts';

/** The service over HTTP. Every method throws the coded error that the service answered, service_unreachable or service_restarting. */
export interface Client {
  get<T>(path: string, query?: Query): Promise<T>;
  text(path: string, accept: string): Promise<Uint8Array>;
  post<T>(path: string, request?: PostRequest): Promise<T>;
  /** Events after position `after`, until the service ends the stream or `signal` aborts. */
  events(
    filter: { readonly patch: string; readonly after: number },
    signal: AbortSignal,
  ): AsyncGenerator<LedgerEvent>;
  /** What the checks of a patch print, behind `after`, which is the id of a message. */
  log(
    patch: { readonly id: string; readonly after: string },
    signal: AbortSignal,
  ): AsyncGenerator<StreamMessage>;
}

type Query = Readonly<Record<string, string | null>>;

interface PostRequest {
  readonly query?: Query;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

interface Sent extends PostRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly signal?: AbortSignal;
}

/** Longer than the service takes to its first byte, so that its own answer comes first. */
const ANSWER_WITHIN_MS = 15_000;

export function createClient(host: Pick<CliHost, 'findService'>): Client {
  const send = async (sent: Sent) => request(await host.findService(), sent);
  return {
    async get<T>(path: string, query: Query = {}) {
      const response = await send({
        method: 'GET',
        path,
        query,
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      return (await response.json()) as T;
    },
    async text(path, accept) {
      const headers = { accept };
      const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
      return (await send({ method: 'GET', path, headers, signal })).bytes();
    },
    async post<T>(path: string, posted: PostRequest = {}) {
      const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
      return (await (await send({ ...posted, method: 'POST', path, signal })).json()) as T;
    },
    async *events({ patch, after }, signal) {
      const headers = { accept: 'text/event-stream', 'last-event-id': `${after}` };
      const response = await send({
        method: 'GET',
        path: '/api/v1/events',
        query: { patch },
        headers,
        signal,
      });
      if (response.body === null) return;
      for await (const { data } of readEventStream(response.body)) yield JSON.parse(data) as LedgerEvent;
    },
    async *log({ id, after }, signal) {
      const path = `/api/v1/patches/${encodeURIComponent(id)}/log/stream`;
      const headers = { accept: 'text/event-stream', ...(after === '' ? {} : { 'last-event-id': after }) };
      const response = await send({ method: 'GET', path, headers, signal });
      if (response.body !== null) yield* readEventStream(response.body);
    },
  };
}

async function request(address: ServiceAddress, sent: Sent): Promise<Response> {
  const url = new URL(sent.path, address.url);
  for (const [name, value] of Object.entries(sent.query ?? {})) {
    if (value !== null) url.searchParams.set(name, value);
  }
  const authorization = address.token === null ? {} : { authorization: `Bearer ${address.token}` };
  const response = await answer(url, address, {
    method: sent.method,
    headers: { ...authorization, ...sent.headers },
    redirect: 'error',
    ...(sent.body === undefined ? {} : { body: Buffer.from(sent.body) }),
    ...(sent.signal === undefined ? {} : { signal: sent.signal }),
  });
  if (!response.ok) throw await refusal(url, response);
  return response;
}

async function answer(
  url: URL,
  { supervisor: pid }: Pick<ServiceAddress, 'supervisor'>,
  init: RequestInit,
): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    const told = { url: url.origin, problem: reasonOf(error) };
    if (pid !== null) throw fail('service_restarting', { ...told, pid }, { cause: error });
    throw fail('service_unreachable', told, { cause: error });
  }
}

async function refusal(url: URL, response: Response) {
  const body: unknown = await response.json().catch(() => null);
  const problem = `it answered ${response.status} in a form that is not ours`;
  const error = errorOfBody(body) ?? fail('service_unreachable', { url: url.origin, problem });
  const wait = response.headers.get('retry-after');
  if (wait === null) return error;
  return new GhostError(error.code, `${error.message} It can be sent again in ${wait} s.`, {
    faults: error.faults,
  });
}

/** fetch hides the reason in the cause: `ECONNREFUSED`, a time limit, a name that is not known. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${ANSWER_WITHIN_MS / 1000} s`;
  const { cause } = error;
  if (cause instanceof Error && 'code' in cause) return `${cause.code}`;
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message;
}
