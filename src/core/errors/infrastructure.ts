import { type Definition, EXIT } from './definition.ts';

/** Somebody else's words, which may end with their own full stop. */
function sentence(words: string): string {
  return /[.!?…]$/.test(words) ? words : `${words}.`;
}

/** What is ours or the operator's to put right. */
export const INFRASTRUCTURE_ERRORS = {
  ledger_unavailable: {
    status: 503,
    exit: EXIT.unreachable,
    retry: 'later',
    title: 'Ledger unavailable',
    message: (d: { problem: string }) => `The ledger cannot take this now: ${d.problem}. Nothing was stored.`,
    hint: 'Send it again after Retry-After, with the same Idempotency-Key; `ghost doctor` says what keeps the ledger.',
  },
  ledger_unknown: {
    status: 503,
    exit: EXIT.unreachable,
    retry: 'later',
    title: 'Fate unknown',
    message: (d: { problem: string }) =>
      `The ledger broke off: ${d.problem}. Whether it was stored is not known.`,
    hint: 'Send it again with the same Idempotency-Key: it counts once.',
  },
  answer_late: {
    status: 503,
    exit: EXIT.unreachable,
    retry: 'later',
    title: 'No answer in time',
    message: (d: { limitMs: number }) =>
      `There was no answer within ${d.limitMs} ms; whether the request took effect is not known.`,
    hint: 'Send it again after Retry-After, with the same Idempotency-Key: it counts once.',
  },
  machine_busy: {
    status: 503,
    exit: EXIT.unreachable,
    retry: 'later',
    title: 'Machine too busy',
    message: (d: { waitedMs: number; computedMs: number }) =>
      `Working on the patch did not come to its end within ${d.waitedMs / 1000} s, of which it computed for ${d.computedMs / 1000} s.`,
    hint: 'The machine is overloaded or was stopped. Send it again after Retry-After.',
  },
  runner_stopping: {
    status: 503,
    exit: EXIT.unreachable,
    retry: 'later',
    title: 'Runner stopping',
    message: (d: { instance: string }) => `${d.instance} stops and begins nothing new.`,
    hint: 'Ask another runner, or this one after Retry-After.',
  },
  ledger_newer: {
    status: 503,
    exit: EXIT.integrity,
    retry: 'never',
    title: 'Ledger too new',
    message: (d: { path: string; got: number; expected: number }) =>
      `${d.path} has schema ${d.got}; this Ghost knows up to ${d.expected}.`,
    hint: 'Start the newer Ghost, or restore a ledger of this one.',
  },
  ledger_not_empty: {
    status: 409,
    exit: EXIT.conflict,
    retry: 'never',
    title: 'Ledger not empty',
    message: (d: { place: string; found: string }) =>
      `The ledger in ${d.place} has ${d.found}; an import needs one that is empty.`,
    hint: 'Import before the first `ghost up`, into another home or database; docs/operations.md.',
  },
  ledger_unsafe: {
    status: 503,
    exit: EXIT.failed,
    retry: 'never',
    title: 'Ledger unsafe',
    message: (d: { path: string; setting: string; got: string; expected: string }) =>
      `${d.path}: ${d.setting} is ${d.got}, expected ${d.expected}.`,
    hint: 'Use Node 24.21 or newer and a local file system with working locks.',
  },
  store_unavailable: {
    status: 503,
    exit: EXIT.unreachable,
    retry: 'later',
    title: 'Store unavailable',
    message: (d: { problem: string }) => `The store of what may be lost cannot be used now: ${d.problem}.`,
    hint: 'Nothing in it is the truth, and it recovers by itself. `ghost status` tells what is wrong; a damaged data/cache.db may be removed while nothing runs.',
  },
  service_unreachable: {
    status: 503,
    exit: EXIT.unreachable,
    retry: 'later',
    title: 'Service unreachable',
    message: (d: { url: string; problem: string }) => `${d.url} does not answer: ${d.problem}.`,
    hint: 'Start it with `ghost up`, or set GHOST_URL.',
  },
  service_restarting: {
    status: 503,
    exit: EXIT.unreachable,
    retry: 'later',
    title: 'Service restarting',
    message: (d: { url: string; problem: string; pid: number }) =>
      `${d.url} does not answer: ${d.problem}. \`ghost up\` (process ${d.pid}) runs here, and starts it again.`,
    hint: 'Try again in a few seconds; where it stays so, `ghost health` and the newest logs/gateway-*.log tell more.',
  },
  port_in_use: {
    status: 503,
    exit: EXIT.failed,
    retry: 'never',
    title: 'Port in use',
    message: (d: { port: number; host: string; what: string }) =>
      `${d.what} cannot listen on ${d.host}:${d.port}: the port is taken.`,
    hint: 'Stop the other service, or set GHOST_GATEWAY_PORT and GHOST_RUNNER_PORT.',
  },
  fenced_by_other: {
    status: 409,
    exit: EXIT.conflict,
    retry: 'never',
    title: 'Held by another installation',
    message: (d: { path: string; branch: string; holder: string }) =>
      `Branch ${d.branch} of ${d.path} is fenced by another installation, ${d.holder}.`,
    hint: 'Submit to that service; once it is stopped, take the branch over with `ghost workspace add --adopt`, or back with `ghost workspace accept NAME --adopt`.',
  },
  fence_obstructed: {
    status: 409,
    exit: EXIT.conflict,
    retry: 'never',
    title: 'Fence in the way',
    message: (d: { fence: string; by: string }) =>
      `${d.fence} cannot be set beside ${d.by}, the fence of a branch that is there no more; remove that with \`git update-ref -d ${d.by}\` in the repository.`,
    hint: 'git keeps no two refs of which one is a folder of the other, so nobody lands on the branch of the other fence.',
  },
  lease_held: {
    status: 409,
    exit: EXIT.conflict,
    retry: 'later',
    title: 'Workspace held by a runner',
    message: (d: { name: string; owner: string }) => `Workspace ${d.name} is held by ${d.owner}.`,
    hint: 'Submit to the running service instead: `ghost submit FILE`.',
  },
  repository_locked: {
    status: 503,
    exit: EXIT.held,
    retry: 'later',
    title: 'Repository locked',
    message: (d: { path: string; by: string }) => `${d.path} is locked: ${d.by}.`,
    hint: 'End the git process that holds the lock; remove the file only if no git process is running there.',
  },
  git_failed: {
    status: 500,
    exit: EXIT.failed,
    retry: 'later',
    title: 'git failed',
    message: (d: { command: string; exitCode: number | null; stderr: string }) =>
      `git ${d.command} ended with ${d.exitCode ?? 'a signal'}: ${d.stderr}`,
    hint: 'The repository may be damaged or unreadable: `git fsck` tells.',
  },
  remote_unreachable: {
    status: 503,
    exit: EXIT.unreachable,
    retry: 'later',
    title: 'Remote unreachable',
    message: (d: { url: string; problem: string }) => `${d.url} does not answer: ${sentence(d.problem)}`,
    hint: 'Try again once it does. Nothing is lost: patches of a workspace that is registered wait until then.',
  },
  remote_missing: {
    status: 502,
    exit: EXIT.usage,
    retry: 'later',
    title: 'No repository there',
    message: (d: { url: string; problem: string }) =>
      `No git repository was found at ${d.url}: ${sentence(d.problem)}`,
    hint: 'Look at the address. Many servers also say so to those who may not read it: then look at the credentials; docs/remotes.md.',
  },
  remote_refused: {
    status: 502,
    exit: EXIT.failed,
    retry: 'later',
    title: 'Remote refuses',
    message: (d: { url: string; problem: string }) => `${d.url} refuses: ${sentence(d.problem)}`,
    hint: 'Look at the credentials, at the rights on the branch and on refs/ghost/fence/, and at the hooks there; docs/remotes.md.',
  },
  remote_declined: {
    status: 502,
    exit: EXIT.failed,
    retry: 'later',
    title: 'Remote declines',
    message: (d: { url: string; problem: string }) =>
      `${d.url} declines by a rule of its own that its fence moves: ${d.problem}.`,
    hint: 'Its hooks and rules have to let this account write refs/ghost/fence/; docs/remotes.md.',
  },
  config_invalid: {
    status: 500,
    exit: EXIT.usage,
    retry: 'never',
    title: 'Configuration invalid',
    message: (d: { setting: string; got: string; expected: string }) =>
      `${d.setting} is ${d.got}; expected ${d.expected}.`,
    hint: 'docs/configuration.md lists each setting with its default.',
  },
  start_failed: {
    status: 500,
    exit: EXIT.failed,
    retry: 'never',
    title: 'Start failed',
    message: (d: { what: string; problem: string }) => `${d.what} did not start: ${d.problem}.`,
    hint: 'The log in logs/ tells more.',
  },
  already_running: {
    status: 409,
    exit: EXIT.conflict,
    retry: 'later',
    title: 'Already running',
    message: (d: { home: string; by: string }) => `${d.by} already runs \`ghost up\` for ${d.home}.`,
    hint: 'Use that one, end it with `ghost down`, or set GHOST_HOME to another folder.',
  },
  still_running: {
    status: 500,
    exit: EXIT.failed,
    retry: 'later',
    title: 'Still running',
    message: (d: { pid: number; afterMs: number }) =>
      `Process ${d.pid} was asked to end and still runs after ${d.afterMs} ms.`,
    hint: 'The log in logs/ tells what it waits for; a second SIGTERM ends it at once.',
  },
  audit_log_held: {
    status: 503,
    exit: EXIT.failed,
    retry: 'later',
    title: 'Audit log held',
    message: (d: { path: string; afterMs: number }) =>
      `${d.path} is still being written by another process after ${d.afterMs} ms.`,
    hint: 'That process brings the log up to date; what is missing then is written with the next projection.',
  },
  branch_gone: {
    status: 503,
    exit: EXIT.integrity,
    retry: 'never',
    title: 'Branch gone',
    message: (d: { path: string; branch: string }) =>
      `${d.path} has no branch ${d.branch} any more, or no commit that it names.`,
    hint: 'Make it again with `git branch BRANCH COMMIT`; `ghost workspace show NAME` tells what landed last.',
  },
  tip_not_accepted: {
    status: 409,
    exit: EXIT.conflict,
    retry: 'never',
    title: 'Tip not accepted',
    message: (d: { name: string; problem: string }) =>
      `The branch of workspace ${d.name} was not accepted as it is: ${d.problem}.`,
    hint: '`ghost workspace show NAME` tells why its line stands still.',
  },
  audit_log_broken: {
    status: 500,
    exit: EXIT.integrity,
    retry: 'never',
    title: 'Audit log broken',
    message: (d: { path: string; got: string; expected: string }) =>
      `The audit log cannot be written on: ${d.path} ${d.got}, expected ${d.expected}.`,
    hint: '`ghost audit verify` names every difference; `ghost audit rebuild` keeps this file aside and writes it anew from the ledger.',
  },
  integrity_broken: {
    status: 500,
    exit: EXIT.integrity,
    retry: 'never',
    title: 'Integrity broken',
    message: (d: { problem: string }) => d.problem,
    hint: 'Stop the service and compare with a backup; `ghost verify` and `ghost audit verify` name every difference.',
  },
  internal: {
    status: 500,
    exit: EXIT.failed,
    retry: 'never',
    title: 'Internal error',
    message: (_: Record<never, never>) =>
      'Something broke on our side; the log has the details under this request id.',
    hint: 'Report it with the request id.',
  },
} as const satisfies Record<string, Definition>;
