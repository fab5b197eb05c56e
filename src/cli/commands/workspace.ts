import { Argument, type Command } from 'commander';
import { acceptTip } from '../../app/accept-tip.ts';
import { addWorkspace } from '../../app/add-workspace.ts';
import { describeWorkspace, describeWorkspaces, type WorkspaceView } from '../../app/describe-workspace.ts';
import type { Needs } from '../../app/needs.ts';
import { setMode } from '../../app/orders/set-mode.ts';
import { pauseWorkspace, resumeWorkspace } from '../../app/pause-workspace.ts';
import { removeWorkspace } from '../../app/remove-workspace.ts';
import { EXIT, type ExitCode } from '../../core/errors.ts';
import { MODES, type Mode, sayOrder } from '../../core/queue/orders.ts';
import { type Context, withNeeds } from '../context.ts';
import type { CliHost } from '../host.ts';
import { doingOf, whyStill } from '../line.ts';
import { type CheckText, collectCheck } from '../options.ts';
import type { Print } from '../print.ts';
import { type PlaceOptions, readPlace } from '../remote-option.ts';

interface AddOptions extends PlaceOptions {
  readonly branch?: string;
  readonly check: readonly CheckText[];
  readonly adopt?: true;
}

interface AcceptOptions {
  readonly reason: string;
  readonly tip?: string;
  readonly adopt?: true;
}

/** What the register of workspaces is asked and told, on this machine. */
type Local = (act: (needs: Needs, print: Print) => Promise<ExitCode>) => Promise<void>;

export function addWorkspaceCommands(program: Command, context: Context): void {
  const workspace = program.command('workspace').description('repositories that patches go to');
  const local: Local = (act) =>
    context.run((print) => withNeeds(context.host, { kind: 'installation' }, (needs) => act(needs, print)));
  addRegistration(workspace, local, context.host);
  addReading(workspace, local);
  addLineControl(workspace, local, context.host.user);
}

const MODE_WORDS =
  'auto lands what passes, manual what a person approved, test checks and lands nothing, lockdown takes nothing in';

const ADOPTING =
  'an installation from which the branch is taken lands nothing there any more, and a patch that it was landing stays so, until `ghost workspace accept NAME --adopt` is said there';

function addRegistration(workspace: Command, local: Local, { user: actor, cwd, clock }: CliHost): void {
  workspace
    .command('add')
    .description('register a repository and branch')
    .argument('<name>', 'a-z, 0-9 and . _ -')
    .requiredOption('--repo <path>', 'the git repository, bare or checked out, or the address of a remote')
    .option('--branch <name>', 'the branch to land on; else the current one')
    .option('--check <name=command>', 'a check in the server policy; may be given again', collectCheck, [])
    .option('--follower', 'nobody but Ghost writes the branch of the remote: land here, then push forward')
    .option(
      '--credentials <file>',
      'what opens the remote: a private key for ssh, a git credential store for https',
    )
    .option('--adopt', 'take the branch over from another installation, which must be stopped')
    .action((name: string, options: AddOptions) =>
      local(async (needs, print) => {
        if (options.adopt) print.note(`note: ${ADOPTING}`);
        await addWorkspace(needs, {
          name,
          ...readPlace(options, { cwd, clock, tell: (line) => print.note(line) }),
          branch: options.branch ?? null,
          checks: options.check,
          actor,
          adopt: options.adopt === true,
        });
        return show(needs, print, name);
      }),
    );
  workspace
    .command('remove')
    .description('forget one; its patches stay in the ledger')
    .argument('<name>')
    .action((name: string) =>
      local(async (needs, print) => {
        await removeWorkspace(needs, { name, actor });
        print.answer({ removed: name }, () => print.note(`removed ${name}`));
        return EXIT.ok;
      }),
    );
}

function addReading(workspace: Command, local: Local): void {
  workspace
    .command('list')
    .description('all of them')
    .action(() => local(list));
  workspace
    .command('show')
    .description('one, with its line')
    .argument('<name>')
    .action((name: string) => local((needs, print) => show(needs, print, name)));
}

function addLineControl(workspace: Command, local: Local, actor: string): void {
  workspace
    .command('pause')
    .description('stop its line; patches are still accepted')
    .argument('<name>')
    .requiredOption('--reason <text>', 'told to everyone who waits')
    .action((name: string, { reason }: { readonly reason: string }) =>
      local(async (needs, print) => {
        await pauseWorkspace(needs, { name, reason, actor });
        return show(needs, print, name);
      }),
    );
  workspace
    .command('resume')
    .description('let its line go on')
    .argument('<name>')
    .action((name: string) =>
      local(async (needs, print) => {
        await resumeWorkspace(needs, { name, actor });
        return show(needs, print, name);
      }),
    );
  workspace
    .command('mode')
    .description('how its line is run: auto; manual, test or lockdown with a reason')
    .argument('<name>')
    .addArgument(new Argument('<mode>', MODE_WORDS).choices([...MODES]))
    .option('--reason <text>', 'told to everyone who waits', '')
    .action((name: string, mode: Mode, { reason }: { readonly reason: string }) =>
      local(async (needs, print) => {
        await setMode(needs, { name, mode, reason, actor });
        return show(needs, print, name);
      }),
    );
  workspace
    .command('accept')
    .description('take the branch of a paused line as it is, and let the line go on from there')
    .argument('<name>')
    .requiredOption('--reason <text>', 'told wherever it is told what was taken off the branch')
    .option('--tip <commit>', 'only if the branch is at this commit')
    .option('--adopt', 'take the branch back from another installation, which must be stopped')
    .action((name: string, { reason, tip, adopt }: AcceptOptions) =>
      local(async (needs, print) => {
        await acceptTip(needs, { name, reason, tip: tip ?? null, adopt: adopt === true, actor });
        return show(needs, print, name);
      }),
    );
}

async function list(needs: Needs, print: Print): Promise<ExitCode> {
  const workspaces = await describeWorkspaces(needs);
  print.answer({ workspaces }, () => {
    if (workspaces.length === 0)
      return print.note('no workspaces; add one: ghost workspace add NAME --repo PATH');
    print.table(
      ['workspace', 'branch', 'queued', 'held', 'landed', 'line', 'repository'],
      workspaces.map(row),
    );
  });
  return EXIT.ok;
}

function row(view: WorkspaceView): string[] {
  const { name, branch, queued, held, landed, workTree, gitDir } = view;
  const place = view.remote?.url ?? workTree ?? gitDir;
  return [name, branch, `${queued}`, `${held}`, `${landed}`, doingOf(view), place];
}

async function show(needs: Needs, print: Print, name: string): Promise<ExitCode> {
  const view = await describeWorkspace(needs, name);
  print.answer(view, () => print.table([view.name, view.branch], factsOf(view)));
  return EXIT.ok;
}

function factsOf(view: WorkspaceView): (readonly string[])[] {
  const { head, lastLanded, lease, admission } = view;
  const facts: (readonly [string, string | number | null])[] = [
    ['repository', view.workTree ?? view.gitDir],
    ['remote', view.remote && sayRemote(view.remote)],
    ['added', `${view.addedAt} by ${view.addedBy}`],
    ['line', whyStill(view) ?? sayDoing(view.line)],
    ['mode', sayMode(view)],
    ['behind', view.line?.behind ?? null],
    ['queued', view.queued],
    ['held', view.held],
    ['head', head && `${head.id} ${head.state}${head.notBefore === null ? '' : `, due ${head.notBefore}`}`],
    ['landed', view.landed],
    ['last landed', lastLanded && `${lastLanded.id} as ${lastLanded.commit}`],
    ['answers from', view.baseline && `commit ${view.baseline.tip}${sayGivenUp(view.baseline.landings)}`],
    ['lease', lease?.owner ? `${lease.owner}, token ${lease.token}, until ${lease.expiresAt}` : null],
    ['admission', admission && sayAdmission(admission)],
  ];
  return facts.flatMap(([name, value]) => (value === null ? [] : [[name, `${value}`]]));
}

function sayMode({ mode, modeOrder }: WorkspaceView): string {
  return modeOrder === null ? mode : `${mode}, ${sayOrder(modeOrder)} at ${modeOrder.at}`;
}

function sayRemote({ url, writers, standing }: NonNullable<WorkspaceView['remote']>): string {
  if (writers === 'others') return `${url}, landed there`;
  return `${url}, ${standing === 'behind' ? 'behind what landed here' : 'follows'}`;
}

function sayAdmission(admission: NonNullable<WorkspaceView['admission']>): string {
  switch (admission.kind) {
    case 'admitted':
      return `${admission.owner}, key ${admission.key}, until ${admission.expiresAt}`;
    case 'nobody':
      return 'nobody is in';
    case 'unknown':
      return `not known: ${admission.problem}`;
  }
}

function sayDoing(line: WorkspaceView['line']): string {
  if (line === null) return 'no runner tells what it does';
  return line.reason === null ? line.doing : `${line.doing}: ${line.reason}`;
}

/** Landings that an operator no longer asks of the branch. */
function sayGivenUp(landings: number): string {
  if (landings === 0) return ' on';
  return ` on; landings 1 to ${landings} came before it and need not be on the branch any more`;
}
