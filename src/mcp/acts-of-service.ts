import type { GateView } from '../app/gate/describe-gate.ts';
import type { Rehearsal } from '../app/rehearse-patch.ts';
import type { PatchView, ReceiptView } from '../app/views.ts';
import { fail, GhostError } from '../core/errors.ts';
import type { LedgerEvent } from '../core/ledger/event.ts';
import { isOver } from '../core/patch/patch.ts';
import type { Clock } from '../platform/clock.ts';
import type { Acts, AgentSubmission, AgentText, CheckRun, Line, PatchPage } from './acts.ts';

/** The service over HTTP, as whoever starts us reaches it: every method throws the coded error that it answered. */
export interface Service {
  get<T>(path: string, query?: Query): Promise<T>;
  post<T>(
    path: string,
    request?: {
      readonly query?: Query;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: Uint8Array;
    },
  ): Promise<T>;
  /** Events after position `after`, until the service ends the stream or `signal` aborts. */
  events(
    filter: { readonly patch: string; readonly after: number },
    signal: AbortSignal,
  ): AsyncGenerator<LedgerEvent>;
}

type Query = Readonly<Record<string, string | null>>;

const PATCHES = '/api/v1/patches';
const WORKSPACES = '/api/v1/workspaces';
const RECONNECT_MS = 500;

/** The acts of an agent that reaches Ghost over HTTP, in the name of the token that it has. */
export function actsOfService(service: Service, clock: Pick<Clock, 'sleep'>): Acts {
  const find = (id: string) => service.get<PatchView>(pathOf(id));
  return {
    find,
    submit: (submission) => service.post<ReceiptView>(PATCHES, submitted(submission)),
    rehearse: (text) =>
      service.post<Rehearsal>('/api/v1/rehearsals', { query: queryOf(text), ...bodyOf(text) }),
    wait: async (id, signal, tell) => {
      await standstill({ service, clock, find }, id, { signal, tell });
      return find(id);
    },
    list: ({ workspace, states, limit, before }) =>
      service.get<PatchPage>(PATCHES, {
        workspace,
        state: states?.join(',') ?? null,
        limit: `${limit}`,
        before: before === null ? null : `${before}`,
      }),
    lines: async (workspace) => {
      if (workspace !== null) return [await service.get<Line>(await workspacePath(service, workspace))];
      return linesOf(service);
    },
    log: async (id, { check, bytes }) => {
      const query = { check, tail: `${bytes}` };
      return (await service.get<{ readonly checks: readonly CheckRun[] }>(`${pathOf(id)}/log`, query)).checks;
    },
    gate: async (workspace) => service.get<GateView>(`${await workspacePath(service, workspace)}/gate`),
    cancel: (id) => service.post<PatchView>(`${pathOf(id)}/cancel`),
  };
}

async function linesOf(service: Service): Promise<readonly Line[]> {
  return (await service.get<{ readonly workspaces: readonly Line[] }>(WORKSPACES)).workspaces;
}

/** Of the only one where none is named, as the service itself would choose. @throws GhostError workspace_unnamed */
async function workspacePath(service: Service, workspace: string | null): Promise<string> {
  if (workspace !== null) return `${WORKSPACES}/${encodeURIComponent(workspace)}`;
  const names = (await linesOf(service)).map(({ name }) => name);
  const [only] = names;
  if (only === undefined || names.length > 1)
    throw fail('workspace_unnamed', { known: names.join(', ') || 'none' });
  return `${WORKSPACES}/${encodeURIComponent(only)}`;
}

function pathOf(id: string): string {
  return `${PATCHES}/${encodeURIComponent(id)}`;
}

function submitted({ title, repairs, idempotencyKey, phase, flags, ...text }: AgentSubmission) {
  const { headers, body } = bodyOf(text);
  const key = idempotencyKey === null ? {} : { 'idempotency-key': idempotencyKey };
  return {
    query: { ...queryOf(text), title, repairs, phase, flags: flags.join(',') || null },
    headers: { ...headers, ...key },
    body,
  };
}

function queryOf({ workspace, format, merge }: AgentText): Query {
  return { workspace, format, merge };
}

function bodyOf({ patch }: AgentText) {
  return {
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: new TextEncoder().encode(patch),
  };
}

interface Reached {
  readonly service: Service;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly find: (id: string) => Promise<PatchView>;
}

interface Waiting {
  readonly signal: AbortSignal;
  readonly tell: (move: string) => void;
}

/** Until the patch is over or held, or `signal` aborts. A stream that breaks is begun anew. */
async function standstill({ service, clock, find }: Reached, id: string, { signal, tell }: Waiting) {
  let after = 0;
  while (!signal.aborted && !standsStill(await find(id))) {
    try {
      for await (const event of service.events({ patch: id, after }, signal)) {
        after = event.position;
        tell(event.type.replace('patch.', ''));
        if (ENDS.has(event.type)) return;
      }
    } catch (error) {
      if (!signal.aborted && !isAway(error)) throw error;
    }
    await clock.sleep(RECONNECT_MS, signal);
  }
}

const ENDS: ReadonlySet<string> = new Set([
  'patch.landed',
  'patch.rejected',
  'patch.failed',
  'patch.cancelled',
  'patch.held',
]);

function standsStill({ state }: PatchView): boolean {
  return isOver({ name: state }) || state === 'held';
}

/** A broken connection shows as a TypeError (fetch) or an error with a code of the socket. */
function isAway(error: unknown): boolean {
  if (error instanceof GhostError) return error.retry === 'later';
  return error instanceof Error && !(error instanceof SyntaxError);
}
