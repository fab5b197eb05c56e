/**
 * Every error that Ghost reports, in one catalogue. `status` is the HTTP answer, `exit` the CLI's exit code, `whose`
 * says who has to act, `retry` whether the same request can work later. A message says what, where, got and expected;
 * the hint says what to do next. Expected outcomes are values elsewhere; these are thrown.
 */
interface Definition {
  readonly status: number;
  readonly exit: ExitCode;
  readonly whose: 'author' | 'infrastructure';
  readonly retry: 'never' | 'later';
  readonly title: string;
  readonly message: (details: never) => string;
  readonly hint: string;
}

/** The CLI's exit codes, the closed list. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  cancelled: 3,
  notAllowed: 4,
  rejected: 5,
  conflict: 6,
  notFound: 7,
  pending: 8,
  held: 9,
  unreachable: 10,
  integrity: 11,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const author = { whose: 'author', retry: 'never' } as const;
const ours = { whose: 'infrastructure', retry: 'later' } as const;

export const CATALOGUE = {
  // What was sent
  input_invalid: {
    ...author,
    status: 400,
    exit: EXIT.usage,
    title: 'Invalid input',
    message: (d: { where: string; problem: string }) => `${d.where}: ${d.problem}`,
    hint: 'Correct the named field and send the request again.',
  },
  body_unreadable: {
    ...author,
    status: 400,
    exit: EXIT.usage,
    title: 'Unreadable body',
    message: (d: { problem: string }) => `The request body cannot be read: ${d.problem}.`,
    hint: 'Send valid JSON as application/json, or the patch itself as text/x-diff or text/plain.',
  },
  body_too_large: {
    ...author,
    status: 413,
    exit: EXIT.usage,
    title: 'Body too large',
    message: (d: { limit: string }) => `The patch is larger than ${d.limit}.`,
    hint: 'Split it into smaller patches, or use `ghost apply`, which takes up to 8 MiB.',
  },
  content_type_unknown: {
    ...author,
    status: 415,
    exit: EXIT.usage,
    title: 'Unknown content type',
    message: (d: { got: string }) => `Content type ${d.got} is not one that a patch comes in.`,
    hint: 'Use application/json, text/x-diff, text/x-patch or text/plain.',
  },
  patch_unparsable: {
    ...author,
    status: 422,
    exit: EXIT.rejected,
    title: 'Patch not understood',
    message: (d: { problem: string }) => d.problem,
    hint: 'Each fault names its line; repair it and submit again. docs/formats.md shows every form.',
  },
  idempotency_conflict: {
    ...author,
    status: 409,
    exit: EXIT.conflict,
    title: 'Idempotency key reused',
    message: (d: { key: string; first: string }) =>
      `Idempotency key ${d.key} belongs to ${d.first}, whose content is different.`,
    hint: 'Use a new key for new content, or the first content with this key.',
  },
  request_timeout: {
    ...author,
    status: 408,
    exit: EXIT.unreachable,
    retry: 'later',
    title: 'Request timed out',
    message: (d: { limitMs: number }) => `The request was not complete within ${d.limitMs} ms.`,
    hint: 'Send it again over a faster connection.',
  },
  header_too_large: {
    ...author,
    status: 431,
    exit: EXIT.usage,
    title: 'Headers too large',
    message: (_: Record<never, never>) => 'The request headers are larger than the server takes.',
    hint: 'Send fewer or shorter headers.',
  },
  request_malformed: {
    ...author,
    status: 400,
    exit: EXIT.usage,
    title: 'Malformed request',
    message: (d: { problem: string }) => `The request is not valid HTTP: ${d.problem}.`,
    hint: 'Check the client that sent it.',
  },

  // Who sent it
  token_missing: {
    ...author,
    status: 401,
    exit: EXIT.notAllowed,
    title: 'Token missing',
    message: (_: Record<never, never>) => 'This route needs a token and the request has none.',
    hint: 'Send `Authorization: Bearer TOKEN`; `ghost token create` issues one.',
  },
  token_invalid: {
    ...author,
    status: 401,
    exit: EXIT.notAllowed,
    title: 'Token refused',
    message: (d: { problem: string }) => `The token was refused: ${d.problem}.`,
    hint: 'Issue a new one with `ghost token create`.',
  },
  role_insufficient: {
    ...author,
    status: 403,
    exit: EXIT.notAllowed,
    title: 'Not allowed',
    message: (d: { role: string; needed: string; act: string }) =>
      `${d.act} needs the role ${d.needed}; this token has ${d.role}.`,
    hint: 'Ask an operator for a token with that role.',
  },
  signature_refused: {
    ...author,
    status: 401,
    exit: EXIT.notAllowed,
    title: 'Signature refused',
    message: (d: { problem: string }) => `The Slack signature was refused: ${d.problem}.`,
    hint: 'Check the signing secret and the clock of this host.',
  },
  rate_limited: {
    ...author,
    status: 429,
    exit: EXIT.unreachable,
    retry: 'later',
    title: 'Too many requests',
    message: (d: { limit: number; windowMs: number }) =>
      `More than ${d.limit} requests in ${d.windowMs / 1000} s from this client.`,
    hint: 'Wait as long as Retry-After says.',
  },

  // What it is about
  route_unknown: {
    ...author,
    status: 404,
    exit: EXIT.notFound,
    title: 'No such route',
    message: (d: { method: string; path: string }) => `${d.method} ${d.path} is not a route of this service.`,
    hint: 'docs/http.md lists the routes.',
  },
  workspace_unknown: {
    ...author,
    status: 404,
    exit: EXIT.notFound,
    title: 'Unknown workspace',
    message: (d: { name: string; known: string }) => `There is no workspace ${d.name}; known: ${d.known}.`,
    hint: 'Add it with `ghost workspace add NAME --repo PATH`.',
  },
  workspace_unnamed: {
    ...author,
    status: 400,
    exit: EXIT.usage,
    title: 'Workspace not named',
    message: (d: { known: string }) =>
      `The request names no workspace and there is not exactly one; known: ${d.known}.`,
    hint: 'Name one: `--workspace NAME`, or `?workspace=NAME`.',
  },
  workspace_exists: {
    ...author,
    status: 409,
    exit: EXIT.conflict,
    title: 'Workspace exists',
    message: (d: { name: string; taken: string }) => `Workspace ${d.name} cannot be added: ${d.taken}.`,
    hint: 'Choose another name or branch, or remove the first one.',
  },
  workspace_busy: {
    ...author,
    status: 409,
    exit: EXIT.conflict,
    retry: 'later',
    title: 'Workspace busy',
    message: (d: { name: string; waiting: number }) =>
      `Workspace ${d.name} still has ${d.waiting} patches that are not finished.`,
    hint: 'Wait for them, or cancel them, and try again.',
  },
  workspace_ungated: {
    ...author,
    status: 422,
    exit: EXIT.usage,
    title: 'No check that can fail',
    message: (d: { name: string; problem: string }) =>
      `Workspace ${d.name} has no check that can fail: ${d.problem}.`,
    hint: 'Add one: `ghost workspace add NAME --repo PATH --check test="npm test"`, or commit a ghost.yml with `checks:`.',
  },
  repository_invalid: {
    ...author,
    status: 422,
    exit: EXIT.usage,
    title: 'Not a repository',
    message: (d: { path: string; problem: string }) => `${d.path} cannot be a workspace: ${d.problem}.`,
    hint: 'Give the path of a local git repository, bare or checked out.',
  },
  branch_unknown: {
    ...author,
    status: 422,
    exit: EXIT.usage,
    title: 'Unknown branch',
    message: (d: { branch: string; path: string; known: string }) =>
      `${d.path} has no branch ${d.branch}; it has ${d.known}.`,
    hint: 'Name one with --branch, or make the first commit.',
  },
  patch_unknown: {
    ...author,
    status: 404,
    exit: EXIT.notFound,
    title: 'Unknown patch',
    message: (d: { id: string }) => `There is no patch ${d.id}.`,
    hint: '`ghost queue --all` lists them.',
  },
  act_impossible: {
    ...author,
    status: 409,
    exit: EXIT.conflict,
    title: 'Not possible now',
    message: (d: { act: string; id: string; state: string; expected: string }) =>
      `${d.act} is not possible for ${d.id}: it is ${d.state}, not ${d.expected}.`,
    hint: '`ghost show ID` tells where the patch stands.',
  },
  check_vacuous: {
    ...author,
    status: 422,
    exit: EXIT.usage,
    title: 'Check cannot fail',
    message: (d: { name: string; why: string }) => `Check ${d.name} cannot fail: ${d.why}.`,
    hint: 'Give a command whose exit code depends on the tree.',
  },
  gate_file_invalid: {
    ...author,
    status: 422,
    exit: EXIT.usage,
    title: 'Gate file invalid',
    message: (d: { file: string; where: string; problem: string }) => `${d.file}, ${d.where}: ${d.problem}.`,
    hint: 'docs/configuration.md shows the form of ghost.yml and policy.yml.',
  },
  token_unknown: {
    ...author,
    status: 404,
    exit: EXIT.notFound,
    title: 'Unknown token',
    message: (d: { id: string }) => `There is no token ${d.id}.`,
    hint: '`ghost token list` shows them.',
  },
  not_stored: {
    ...author,
    status: 404,
    exit: EXIT.notFound,
    title: 'Nothing there yet',
    message: (d: { what: string; id: string; why: string }) => `${d.id} has no ${d.what}: ${d.why}.`,
    hint: '`ghost show ID` tells where the patch stands.',
  },

  // Ours
  ledger_unavailable: {
    ...ours,
    status: 503,
    exit: EXIT.unreachable,
    title: 'Ledger unavailable',
    message: (d: { problem: string }) => `The ledger cannot take this now: ${d.problem}. Nothing was stored.`,
    hint: 'Send it again after Retry-After, with the same Idempotency-Key.',
  },
  ledger_newer: {
    ...ours,
    retry: 'never',
    status: 503,
    exit: EXIT.integrity,
    title: 'Ledger too new',
    message: (d: { path: string; got: number; expected: number }) =>
      `${d.path} has schema ${d.got}; this Ghost knows up to ${d.expected}.`,
    hint: 'Start the newer Ghost, or restore a ledger of this one.',
  },
  ledger_unsafe: {
    ...ours,
    retry: 'never',
    status: 503,
    exit: EXIT.failed,
    title: 'Ledger unsafe',
    message: (d: { path: string; setting: string; got: string; expected: string }) =>
      `${d.path}: ${d.setting} is ${d.got}, expected ${d.expected}.`,
    hint: 'Use Node 24.21 or newer and a local file system with working locks.',
  },
  service_unreachable: {
    ...ours,
    status: 503,
    exit: EXIT.unreachable,
    title: 'Service unreachable',
    message: (d: { url: string; problem: string }) => `${d.url} does not answer: ${d.problem}.`,
    hint: 'Start it with `ghost up`, or set GHOST_URL.',
  },
  port_in_use: {
    ...ours,
    retry: 'never',
    status: 503,
    exit: EXIT.failed,
    title: 'Port in use',
    message: (d: { port: number; host: string; what: string }) =>
      `${d.what} cannot listen on ${d.host}:${d.port}: the port is taken.`,
    hint: 'Stop the other service, or set GHOST_GATEWAY_PORT and GHOST_RUNNER_PORT.',
  },
  fenced_by_other: {
    ...ours,
    retry: 'never',
    status: 409,
    exit: EXIT.conflict,
    title: 'Held by another installation',
    message: (d: { path: string; branch: string; holder: string }) =>
      `Branch ${d.branch} of ${d.path} is fenced by another installation, ${d.holder}.`,
    hint: 'Submit to that service, or take the branch over with --adopt once it is stopped.',
  },
  lease_held: {
    ...ours,
    status: 409,
    exit: EXIT.conflict,
    title: 'Workspace held by a runner',
    message: (d: { name: string; owner: string }) => `Workspace ${d.name} is held by ${d.owner}.`,
    hint: 'Submit to the running service instead: `ghost submit FILE`.',
  },
  repository_locked: {
    ...ours,
    status: 503,
    exit: EXIT.held,
    title: 'Repository locked',
    message: (d: { path: string; by: string }) => `${d.path} is locked: ${d.by}.`,
    hint: 'End the git process that holds the lock; remove the file only if no git process is running there.',
  },
  git_failed: {
    ...ours,
    status: 500,
    exit: EXIT.failed,
    title: 'git failed',
    message: (d: { command: string; exitCode: number | null; stderr: string }) =>
      `git ${d.command} ended with ${d.exitCode ?? 'a signal'}: ${d.stderr}`,
    hint: 'The repository may be damaged or unreadable: `git fsck` tells.',
  },
  config_invalid: {
    ...ours,
    retry: 'never',
    status: 500,
    exit: EXIT.usage,
    title: 'Configuration invalid',
    message: (d: { setting: string; got: string; expected: string }) =>
      `${d.setting} is ${d.got}; expected ${d.expected}.`,
    hint: 'docs/configuration.md lists each setting with its default.',
  },
  start_failed: {
    ...ours,
    retry: 'never',
    status: 500,
    exit: EXIT.failed,
    title: 'Start failed',
    message: (d: { what: string; problem: string }) => `${d.what} did not start: ${d.problem}.`,
    hint: 'The log in logs/ tells more.',
  },
  integrity_broken: {
    ...ours,
    retry: 'never',
    status: 500,
    exit: EXIT.integrity,
    title: 'Integrity broken',
    message: (d: { problem: string }) => d.problem,
    hint: 'Stop the service and compare with a backup; `ghost verify` and `ghost audit verify` name every difference.',
  },
  internal: {
    ...ours,
    retry: 'never',
    status: 500,
    exit: EXIT.failed,
    title: 'Internal error',
    message: (_: Record<never, never>) =>
      'Something broke on our side; the log has the details under this request id.',
    hint: 'Report it with the request id.',
  },
} as const satisfies Record<string, Definition>;

export type ErrorCode = keyof typeof CATALOGUE;
export type ErrorDetails<C extends ErrorCode> = Parameters<(typeof CATALOGUE)[C]['message']>[0];

/** The one error type that Ghost throws on purpose. */
export class GhostError extends Error {
  override readonly name = 'GhostError';
  readonly code: ErrorCode;
  readonly hint: string;
  /** Located faults, when the error is about a patch's content. */
  readonly faults: readonly unknown[];

  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly faults?: readonly unknown[] } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = CATALOGUE[code].hint;
    this.faults = options.faults ?? [];
  }

  get status(): number {
    return CATALOGUE[this.code].status;
  }

  get exit(): ExitCode {
    return CATALOGUE[this.code].exit;
  }
}

/** Makes the coded error; the caller throws it: `throw fail('patch_unknown', { id })`. */
export function fail<C extends ErrorCode>(
  code: C,
  details: ErrorDetails<C>,
  options: { readonly cause?: unknown; readonly faults?: readonly unknown[] } = {},
): GhostError {
  const message = CATALOGUE[code].message as (details: ErrorDetails<C>) => string;
  return new GhostError(code, message(details), options);
}
