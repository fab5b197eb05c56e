import type { Json } from '../../core/json.ts';
import type { RunnerAnswer, RunnerCall, RunnerLink } from '../../ports/runner-link.ts';

/** A repair request quotes parts of the patch and of the files; nothing that a runner answers is larger. */
const MOST_BYTES = 8 * 1024 * 1024;
const PROBLEM_TYPE = 'application/problem+json';

/** Runners behind their JSON API. A redirection is not followed: the token is for the one that was meant. */
export const httpRunnerLink: RunnerLink = {
  async post(call) {
    try {
      return await posted(call);
    } catch (error) {
      return { kind: 'failed', problem: wordsFor(error, call.timeoutMs) };
    }
  },
};

async function posted(call: RunnerCall): Promise<RunnerAnswer> {
  const response = await fetch(new URL(call.path, call.address), {
    method: 'POST',
    redirect: 'error',
    headers: {
      authorization: `Bearer ${call.token}`,
      'content-type': 'application/json',
      'idempotency-key': call.idempotencyKey,
    },
    body: JSON.stringify(call.body),
    signal: AbortSignal.timeout(call.timeoutMs),
  });
  const type = (response.headers.get('content-type') ?? 'no content type').split(';', 1)[0]?.trim() ?? '';
  const text = await limitedText(response);
  if (type !== 'application/json' && type !== PROBLEM_TYPE)
    return failed(`it answers ${response.status} with ${type}, not with JSON`);
  const body = parsed(text);
  if (body === undefined) return failed(`it answers ${response.status} with what is no JSON`);
  if (response.ok && type !== PROBLEM_TYPE) return { kind: 'answered', body };
  return refusal(body) ?? failed(`it answers ${response.status} in words that Ghost does not use`);
}

async function limitedText(response: Response): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MOST_BYTES) throw new RangeError(`its answer is longer than ${MOST_BYTES} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusal(body: Json): RunnerAnswer | null {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return null;
  const { code, message, faults = [], repair = null } = body as { readonly [name: string]: Json };
  if (typeof code !== 'string' || typeof message !== 'string' || !Array.isArray(faults)) return null;
  return { kind: 'refused', error: { code, message, faults, repair } };
}

function failed(problem: string): RunnerAnswer {
  return { kind: 'failed', problem };
}

/** fetch says `fetch failed` and keeps the reason to itself. */
function wordsFor(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `it does not answer within ${timeoutMs} ms`;
  if (error instanceof RangeError) return error.message;
  const cause = error.cause instanceof Error ? error.cause : error;
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : null;
  switch (code) {
    case 'ECONNREFUSED':
      return 'nobody listens there';
    case 'ECONNRESET':
    case 'UND_ERR_SOCKET':
      return 'it closed the connection before it had answered';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'its name is not known here';
    default:
      return cause.message;
  }
}
