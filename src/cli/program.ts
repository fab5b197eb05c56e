import { Command, CommanderError } from 'commander';
import { EXIT, type ExitCode } from '../core/errors.ts';
import { createClient } from './client.ts';
import { addRetryAndRevert } from './commands/again.ts';
import { addApply } from './commands/apply.ts';
import { addApproval } from './commands/approval.ts';
import { addAttestCommands } from './commands/attest.ts';
import { addAuditCommands } from './commands/audit.ts';
import { addCan } from './commands/can.ts';
import { addCancel } from './commands/cancel.ts';
import { addConvert } from './commands/convert.ts';
import { addDoctor } from './commands/doctor.ts';
import { addGateCommands } from './commands/gate.ts';
import { addKeyCommands } from './commands/keys.ts';
import { addLedgerCommands } from './commands/ledger.ts';
import { addLog } from './commands/log.ts';
import { addMcp } from './commands/mcp.ts';
import { addOutputsCommands } from './commands/outputs.ts';
import { addPhases } from './commands/phases.ts';
import { addProcessCommands } from './commands/processes.ts';
import { addQueue } from './commands/queue.ts';
import { addShow } from './commands/show.ts';
import { addStatus } from './commands/status.ts';
import { addSubmit } from './commands/submit.ts';
import { addTokenCommands } from './commands/token.ts';
import { addTrustCommands } from './commands/trust.ts';
import { addVerify } from './commands/verify.ts';
import { addWebhookCommands } from './commands/webhooks.ts';
import { addWorkspaceCommands } from './commands/workspace.ts';
import type { Context } from './context.ts';
import type { CliHost } from './host.ts';
import { plainJson } from './plain-text.ts';
import { printer } from './print.ts';
import { type Problem, problemOf, renderProblem, usageProblem } from './problem.ts';

/** In the order of the help. */
const COMMANDS = [
  addProcessCommands,
  addSubmit,
  addQueue,
  addShow,
  addLog,
  addCancel,
  addRetryAndRevert,
  addApproval,
  addPhases,
  addDoctor,
  addStatus,
  addApply,
  addMcp,
  addConvert,
  addWorkspaceCommands,
  addGateCommands,
  addTokenCommands,
  addWebhookCommands,
  addCan,
  addAuditCommands,
  addVerify,
  addTrustCommands,
  addAttestCommands,
  addKeyCommands,
  addLedgerCommands,
  addOutputsCommands,
];

/** Runs one command line, without the program's name, and answers with the exit code. Never throws. */
export async function runCli(argv: readonly string[], host: CliHost): Promise<ExitCode> {
  // Asked of the text: a command line that cannot be parsed is answered in JSON too.
  const json = argv.includes('--json');
  const ending = { exit: EXIT.ok as ExitCode };
  const told = (problem: Problem) => {
    host.stderr.write(json ? `${plainJson(problem)}\n` : renderProblem(problem));
    ending.exit = problem.exit;
  };
  const program = createProgram(host, async (act) => {
    ending.exit = await act(printer(host, json));
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    const problem = error instanceof CommanderError ? usageOf(error, program) : problemOf(error);
    if (problem) told(problem);
  }
  return ending.exit;
}

function createProgram(host: CliHost, run: Context['run']): Command {
  const program = new Command('ghost')
    .description('A strict patch runner: every patch is checked, landed in order and reversible.')
    .option('--json', 'answer with one JSON document, or one a line for streams')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void host.stdout.write(text),
      // Problems are told by runCli, in the form that was asked for.
      writeErr: () => undefined,
    })
    .exitOverride()
    .showSuggestionAfterError(true);
  const context: Context = { host, client: createClient(host), run };
  for (const add of COMMANDS) add(program, context);
  return program;
}

/** Null for help that was asked for. */
function usageOf(error: CommanderError, program: Command): Problem | null {
  if (error.exitCode === 0) return null;
  if (error.code === 'commander.help')
    return usageProblem(`a command is missing\n\n${program.helpInformation()}`, 'ghost');
  return usageProblem(error.message.replace(/^error: /, ''), 'ghost COMMAND');
}
