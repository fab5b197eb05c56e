import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../../core/errors.ts';
import { sayDuration } from '../../platform/duration.ts';
import type { Context } from '../context.ts';
import type { HealthReport } from '../host.ts';
import type { Print } from '../print.ts';
import { exitOf } from '../wait.ts';

/** The commands about the processes of this machine: up, down, health, resources, version. */
export function addProcessCommands(program: Command, context: Context): void {
  const { processes } = context.host;
  program
    .command('up')
    .description('run everything in the foreground until SIGINT or SIGTERM')
    .option('--no-demo', 'make no demo workspace at the first start')
    .action(({ demo }: { readonly demo: boolean }) =>
      context.run((print) => processes.up({ json: print.json, demo })),
    );
  program
    .command('down')
    .description('end the `ghost up` of this home and wait until it is gone')
    .action(() => context.run((print) => down(context, print)));
  program
    .command('demo')
    .description('make the demo workspace and land a first patch in it, as a first `ghost up` does')
    .action(() => context.run((print) => demo(context, print)));
  program
    .command('health')
    .description('measure every component now')
    .action(() => context.run(async (print) => sayHealth(print, await processes.health())));
  program
    .command('resources')
    .description('measure this machine and the processes of Ghost now')
    .action(() =>
      context.run(async (print) => {
        const sample = await processes.resources();
        print.answer(sample, () => print.text(JSON.stringify(sample, null, 2)));
        return EXIT.ok;
      }),
    );
  program
    .command('version')
    .description('the version of Ghost and of what it runs on')
    .action(() =>
      context.run(async (print) => {
        const facts = processes.version();
        print.answer(facts, () =>
          print.table(['ghost', facts.version ?? ''], Object.entries(facts).map(factRow)),
        );
        return EXIT.ok;
      }),
    );
}

async function down({ host }: Context, print: Print): Promise<ExitCode> {
  const ended = await host.processes.down();
  print.answer({ stopped: ended }, () =>
    print.note(
      ended === null
        ? 'nothing was running'
        : `process ${ended.pid} ended after ${sayDuration(ended.tookMs)}`,
    ),
  );
  return EXIT.ok;
}

async function demo({ host }: Context, print: Print): Promise<ExitCode> {
  const report = await host.processes.demo();
  const { patch, state, commit, summary, secondPatch } = report;
  print.answer(report, () =>
    print.table(
      ['patch', patch],
      [
        ['state', state],
        ['commit', commit ?? 'none'],
        ['summary', summary],
        ['second patch', secondPatch],
      ],
    ),
  );
  return exitOf(report);
}

function sayHealth(print: Print, report: HealthReport): ExitCode {
  print.answer(report, () =>
    print.table(
      ['component', 'health', 'age', 'why'],
      [
        ...report.components.map(({ component, health, ageMs, reason }) => [
          component,
          health,
          ageMs === null ? '' : sayDuration(ageMs),
          reason,
        ]),
        ['overall', report.health, '', ''],
      ],
    ),
  );
  return report.health === 'healthy' ? EXIT.ok : EXIT.failed;
}

function factRow([name, value]: [string, string | null]): string[] {
  return [name, value ?? 'none'];
}
