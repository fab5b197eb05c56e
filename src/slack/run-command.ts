import { describeWorkspaces } from '../app/describe-workspace.ts';
import type { Needs } from '../app/needs.ts';
import { submitPatch } from '../app/submit-patch.ts';
import { ACTS, type ActName, mayDo } from '../core/acts.ts';
import { fail, GhostError } from '../core/errors.ts';
import type { Role } from '../core/role.ts';
import type { Logger } from '../platform/logger.ts';
import type { Command } from './command.ts';
import * as words from './words.ts';

export interface CommandNeeds {
  readonly needs: Needs;
  readonly logger: Logger;
}

/** Does what was asked and says what came of it: an answer for the person, whatever happens. */
export async function runCommand(
  command: Command,
  author: string,
  { needs, logger }: CommandNeeds,
): Promise<string> {
  try {
    return await answerTo(command, author, needs);
  } catch (error) {
    if (error instanceof GhostError && error.code !== 'internal') return words.refused(error);
    logger.error('slack command failed', { command: command.kind, author, error });
    return words.broken();
  }
}

/** What whoever signs in a Slack workspace may do: the signature tells the workspace, and nobody there has a role of their own. */
const ROLE: Role = 'author';

/** Null for what is answered without asking anything of Ghost. */
const ACT_OF = {
  submit: 'submit',
  'submit-nothing': null,
  status: 'read-workspaces',
  help: null,
  unknown: null,
} as const satisfies Record<Command['kind'], ActName | null>;

/** @throws GhostError role_insufficient */
function requireRole(act: ActName): void {
  const { role: needed, says } = ACTS[act];
  if (!mayDo(ROLE, act)) throw fail('role_insufficient', { role: ROLE, needed, act: says });
}

async function answerTo(command: Command, author: string, needs: Needs): Promise<string> {
  const act = ACT_OF[command.kind];
  if (act !== null) requireRole(act);
  switch (command.kind) {
    case 'submit':
      return words.received(
        await submitPatch(needs, {
          workspace: command.workspace,
          body: new TextEncoder().encode(command.patch),
          format: null,
          title: null,
          author,
          origin: 'slack',
          idempotencyKey: null,
          force: false,
        }),
      );
    case 'submit-nothing':
      return words.submitNothing();
    case 'status':
      return words.status(await describeWorkspaces(needs));
    case 'help':
      return words.help();
    case 'unknown':
      return words.unknownCommand(command.word);
  }
}
