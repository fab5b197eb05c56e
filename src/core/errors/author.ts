import { APPROVAL_ERRORS } from './approval.ts';
import { type Definition, EXIT } from './definition.ts';
import { SUBMISSION_ERRORS } from './submission.ts';

/** What the sender of a request has to put right. */
export const AUTHOR_ERRORS = {
  ...SUBMISSION_ERRORS,
  // Who sent it
  token_missing: {
    status: 401,
    exit: EXIT.notAllowed,
    retry: 'never',
    title: 'Token missing',
    message: (_: Record<never, never>) => 'This route needs a token and the request has none.',
    hint: 'Send `Authorization: Bearer TOKEN` (the command line takes it from GHOST_TOKEN); `ghost token create` issues one.',
  },
  token_invalid: {
    status: 401,
    exit: EXIT.notAllowed,
    retry: 'never',
    title: 'Token refused',
    message: (d: { problem: string }) => `The token was refused: ${d.problem}.`,
    hint: 'Issue a new one with `ghost token create`.',
  },
  role_insufficient: {
    status: 403,
    exit: EXIT.notAllowed,
    retry: 'never',
    title: 'Not allowed',
    message: (d: { role: string; needed: string; act: string }) =>
      `${d.act} needs the role ${d.needed}; this token has ${d.role}.`,
    hint: 'Ask an operator for a token with that role.',
  },
  signature_refused: {
    status: 401,
    exit: EXIT.notAllowed,
    retry: 'never',
    title: 'Signature refused',
    message: (d: { problem: string }) => `The Slack signature was refused: ${d.problem}.`,
    hint: 'Check the signing secret and the clock of this host.',
  },
  origin_refused: {
    status: 403,
    exit: EXIT.notAllowed,
    retry: 'never',
    title: 'Origin refused',
    message: (d: { what: string }) => `${d.what} is not one that may call from a browser.`,
    hint: 'GHOST_CORS_ORIGINS lists who may; what is no browser sends no Origin.',
  },
  rate_limited: {
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
    status: 404,
    exit: EXIT.notFound,
    retry: 'never',
    title: 'No such route',
    message: (d: { method: string; path: string }) => `${d.method} ${d.path} is not a route of this service.`,
    hint: 'docs/http.md lists the routes.',
  },
  method_not_allowed: {
    status: 405,
    exit: EXIT.usage,
    retry: 'never',
    title: 'Method not allowed',
    message: (d: { method: string; path: string; allowed: string }) =>
      `${d.path} does not take ${d.method}; it takes ${d.allowed}.`,
    hint: 'docs/http.md lists the routes with their methods.',
  },
  workspace_unknown: {
    status: 404,
    exit: EXIT.notFound,
    retry: 'never',
    title: 'Unknown workspace',
    message: (d: { name: string; known: string }) => `There is no workspace ${d.name}; known: ${d.known}.`,
    hint: 'Add it with `ghost workspace add NAME --repo PATH`.',
  },
  workspace_unnamed: {
    status: 400,
    exit: EXIT.usage,
    retry: 'never',
    title: 'Workspace not named',
    message: (d: { known: string }) =>
      `The request names no workspace and there is not exactly one; known: ${d.known}.`,
    hint: 'Name one: `--workspace NAME`, or `?workspace=NAME`.',
  },
  workspace_exists: {
    status: 409,
    exit: EXIT.conflict,
    retry: 'never',
    title: 'Workspace exists',
    message: (d: { name: string; taken: string }) => `Workspace ${d.name} cannot be added: ${d.taken}.`,
    hint: 'Choose another name or branch, or remove the first one.',
  },
  workspace_busy: {
    status: 409,
    exit: EXIT.conflict,
    retry: 'later',
    title: 'Workspace busy',
    message: (d: { name: string; waiting: number }) =>
      `Workspace ${d.name} still has ${d.waiting} patches that are not finished.`,
    hint: 'Wait for them, or cancel them, and try again.',
  },
  workspace_ungated: {
    status: 422,
    exit: EXIT.usage,
    retry: 'never',
    title: 'No check that can fail',
    message: (d: { name: string; problem: string }) =>
      `Workspace ${d.name} has no check that can fail: ${d.problem}.`,
    hint: 'Add one: `ghost workspace add NAME --repo PATH --check test="npm test"`, or commit a ghost.yml with `checks:`.',
  },
  repository_ungated: {
    status: 422,
    exit: EXIT.usage,
    retry: 'never',
    title: 'No check that can fail',
    message: (d: { path: string; problem: string }) => `${d.path} has no check that can fail: ${d.problem}.`,
    hint: 'Commit a ghost.yml with `checks:`, or say --ungated to land it without any check.',
  },
  repository_invalid: {
    status: 422,
    exit: EXIT.usage,
    retry: 'never',
    title: 'Not a repository',
    message: (d: { path: string; problem: string }) => `${d.path} cannot be a workspace: ${d.problem}.`,
    hint: 'Give the path of a local git repository, bare or checked out, or the address of a remote that has the branch.',
  },
  repository_unsuitable: {
    status: 422,
    exit: EXIT.usage,
    retry: 'never',
    title: 'Repository unsuitable',
    message: (d: { path: string; fileSystem: string; what: string; got: string; expected: string }) =>
      `${d.path} does not serve: on its file system (${d.fileSystem}) ${d.what} was tried; got ${d.got}, expected ${d.expected}.`,
    hint: 'Make room, or move it to a local file system of this machine on which this user may write; a remote can be added by its address.',
  },
  branch_unknown: {
    status: 422,
    exit: EXIT.usage,
    retry: 'never',
    title: 'Unknown branch',
    message: (d: { branch: string; path: string; known: string }) =>
      `${d.path} has no branch ${d.branch}; it has ${d.known}.`,
    hint: 'Name one with --branch, or make the first commit.',
  },
  patch_unknown: {
    status: 404,
    exit: EXIT.notFound,
    retry: 'never',
    title: 'Unknown patch',
    message: (d: { id: string }) => `There is no patch ${d.id}.`,
    hint: '`ghost queue --all` lists them.',
  },
  act_impossible: {
    status: 409,
    exit: EXIT.conflict,
    retry: 'never',
    title: 'Not possible now',
    message: (d: { act: string; id: string; state: string; expected: string }) =>
      `${d.act} is not possible for ${d.id}: it is ${d.state}, not ${d.expected}.`,
    hint: '`ghost show ID` tells where the patch stands.',
  },
  repair_unchanged: {
    status: 422,
    exit: EXIT.rejected,
    retry: 'never',
    title: 'Nothing repaired',
    message: (d: { id: string }) => `The patch is ${d.id} again, byte for byte, and that one was rejected.`,
    hint: 'Repair what its faults tell; `ghost show ID` shows them. `ghost retry ID` tries the same content again.',
  },
  repair_taken: {
    status: 409,
    exit: EXIT.conflict,
    retry: 'never',
    title: 'Tried again already',
    message: (d: { id: string; by: string; state: string }) =>
      `${d.id} has its next attempt already: ${d.by}, which is ${d.state}.`,
    hint: 'Wait for that one. Where it is rejected, repair or retry it in turn; where it is cancelled or failed, do so with the first again.',
  },
  repair_rounds_spent: {
    status: 409,
    exit: EXIT.conflict,
    retry: 'never',
    title: 'No rounds left',
    message: (d: { id: string; limit: number }) =>
      `${d.id} cannot be repaired: there were ${d.limit} repairs in a row, and no more are taken.`,
    hint: 'Have a person look at it. A patch without `repairs` begins anew; GHOST_REPAIR_ROUNDS sets the limit.',
  },
  check_vacuous: {
    status: 422,
    exit: EXIT.usage,
    retry: 'never',
    title: 'Check cannot fail',
    message: (d: { name: string; why: string }) => `Check ${d.name} cannot fail: ${d.why}.`,
    hint: 'Give a command whose exit code depends on the tree.',
  },
  gate_file_invalid: {
    status: 422,
    exit: EXIT.usage,
    retry: 'never',
    title: 'Gate file invalid',
    message: (d: { file: string; where: string; problem: string }) => `${d.file}, ${d.where}: ${d.problem}.`,
    hint: 'docs/configuration.md shows the form of ghost.yml and policy.yml.',
  },
  webhook_unknown: {
    status: 404,
    exit: EXIT.notFound,
    retry: 'never',
    title: 'Unknown webhook',
    message: (d: { name: string; known: string }) => `There is no webhook ${d.name}; known: ${d.known}.`,
    hint: '`webhooks.yml` names them; docs/webhooks.md shows its form.',
  },
  token_unknown: {
    status: 404,
    exit: EXIT.notFound,
    retry: 'never',
    title: 'Unknown token',
    message: (d: { id: string }) => `There is no token ${d.id}.`,
    hint: '`ghost token list` shows them.',
  },
  not_stored: {
    status: 404,
    exit: EXIT.notFound,
    retry: 'never',
    title: 'Nothing there yet',
    message: (d: { what: string; id: string; why: string }) => `${d.id} has no ${d.what}: ${d.why}.`,
    hint: '`ghost show ID` tells where the patch stands.',
  },

  // What people allow
  ...APPROVAL_ERRORS,
} as const satisfies Record<string, Definition>;
