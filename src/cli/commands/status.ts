import type { Command } from 'commander';
import type { WorkspaceView } from '../../app/describe-workspace.ts';
import { type DependencyStatus, sayFinding } from '../../app/measure-dependency.ts';
import type { Status } from '../../app/read-status.ts';
import { EXIT, type ExitCode } from '../../core/errors.ts';
import { sayOrder } from '../../core/queue/orders.ts';
import { sayDuration } from '../../platform/duration.ts';
import type { Context } from '../context.ts';
import { doingOf, whyStill } from '../line.ts';
import type { Print } from '../print.ts';

export function addStatus(program: Command, context: Context): void {
  program
    .command('status')
    .description('the whole picture: components, workspaces, who holds which lease')
    .action(() => context.run((print) => status(context, print)));
}

async function status({ client }: Context, print: Print): Promise<ExitCode> {
  const picture = await client.get<Status>('/status');
  print.answer(picture, () => {
    print.table(['component', 'health', 'age', 'problem'], componentRows(picture));
    print.table(
      ['store', 'need', 'health', 'version', 'latency', 'serves'],
      picture.dependencies.map(dependencyRow),
    );
    if (picture.unread !== null) print.text(`the workspaces cannot be read: ${picture.unread}`);
    else if (picture.workspaces.length === 0) print.text('no workspaces');
    else
      print.table(
        ['workspace', 'branch', 'queued', 'held', 'landed', 'line', 'head', 'lease'],
        workspaceRows(picture),
      );
    // Below the table, which a reason in many words would tear.
    for (const line of picture.dependencies.flatMap(sayStore)) print.text(line);
    for (const workspace of picture.workspaces)
      for (const trouble of troublesOf(workspace)) print.text(trouble);
    for (const { phase, ...order } of picture.frozen ?? [])
      print.text(`phase ${phase} is frozen, ${sayOrder(order)}`);
    printInstances(picture, print);
  });
  return EXIT.ok;
}

function componentRows({ components, health, at }: Status): string[][] {
  return [
    ...components.map((one) => [one.component, one.health, sayDuration(one.ageMs), one.problem ?? '']),
    ['overall', health, '', `at ${at}`],
  ];
}

function dependencyRow({ name, need, health, version, latencyMs, serves }: DependencyStatus): string[] {
  const latency = latencyMs === null ? '' : `${Math.round(latencyMs)} ms`;
  return [name, need, health, version ?? '', latency, serves.join(', ')];
}

/** What is to be put right, with how; where it does not answer at all, why. */
function sayStore({ name, problem, findings }: DependencyStatus): string[] {
  if (findings.length === 0) return problem === null ? [] : [`${name}: ${problem}`];
  return findings.map((finding) => `${name}: ${sayFinding(finding)}; ${finding.fix}`);
}

function printInstances({ instances: listed, at }: Status, print: Print): void {
  if (listed.kind === 'unknown') {
    print.text(`nobody can tell who is alive: ${listed.problem}`);
    return;
  }
  const rows = listed.instances.map(({ instance, version, address, startedAt }) => [
    instance,
    version,
    sayDuration(Date.parse(at) - Date.parse(startedAt)),
    address ?? '',
  ]);
  if (rows.length > 0) print.table(['instance', 'version', 'up', 'address'], rows);
  if (listed.mix !== null) print.text(listed.mix.words);
}

function workspaceRows({ workspaces, at }: Status): string[][] {
  return workspaces.map((workspace) => {
    const { name, branch, queued, held, landed, head, lease } = workspace;
    return [
      name,
      branch,
      `${queued}`,
      `${held}`,
      `${landed}`,
      doingOf(workspace),
      sayHead(head),
      lease?.owner ? `${lease.owner}, token ${lease.token}, ${sayExpiry(lease.expiresAt, at)}` : 'free',
    ];
  });
}

function troublesOf({ name, line, ...standing }: WorkspaceView): string[] {
  const still = whyStill({ ...standing, line });
  const behind = line?.behind ?? null;
  return [
    ...(still === null ? [] : [`${name} is ${still}`]),
    ...sayMode(name, standing),
    ...(behind === null ? [] : [`the remote of ${name} is behind: ${behind}`]),
  ];
}

/** A lockdown is told as why the line stands still. */
function sayMode(name: string, { mode, modeOrder }: Pick<WorkspaceView, 'mode' | 'modeOrder'>): string[] {
  const isTold = mode === 'auto' || mode === 'lockdown' || modeOrder === null;
  return isTold ? [] : [`${name} is in mode ${mode}, ${sayOrder(modeOrder)}`];
}

function sayHead(head: WorkspaceView['head']): string {
  if (head === null) return 'none';
  return head.notBefore === null ? `${head.id} ${head.state}` : `${head.id} due ${head.notBefore}`;
}

function sayExpiry(expiresAt: string, now: string): string {
  const leftMs = Date.parse(expiresAt) - Date.parse(now);
  return leftMs > 0 ? `${sayDuration(leftMs)} left` : `lapsed ${sayDuration(-leftMs)} ago`;
}
