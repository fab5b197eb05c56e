import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { checkGateFile } from '../../app/gate/check-gate-file.ts';
import { describeGate } from '../../app/gate/describe-gate.ts';
import { EXIT, type ExitCode, fail } from '../../core/errors.ts';
import type { CheckView } from '../../core/gate/view.ts';
import { type Context, withNeeds } from '../context.ts';
import type { CliHost } from '../host.ts';
import type { Print } from '../print.ts';

export function addGateCommands(program: Command, context: Context): void {
  const gate = program.command('gate').description('what a patch has to pass');
  gate
    .command('show')
    .description('the checks of a workspace, in the order in which they run')
    .argument('[workspace]', 'its name; may be left out where there is one')
    .action((name: string | undefined) => context.run((print) => show(context.host, print, name ?? null)));
  gate
    .command('check')
    .description('whether a ghost.yml can be used, before it is committed')
    .argument('<file>')
    .action((file: string) => context.run((print) => check(context.host, print, file)));
}

async function show(host: CliHost, print: Print, name: string | null): Promise<ExitCode> {
  const gate = await withNeeds(host, { kind: 'installation' }, (needs) => describeGate(needs, name));
  print.answer(gate, () => {
    printStages(print, gate.stages);
    if (gate.problem !== null) print.text(`${gate.workspace} has no gate: ${gate.problem}`);
    if (gate.minimumIsolation > 0) print.note(`policy asks for isolation level ${gate.minimumIsolation}`);
    print.note(`read from commit ${gate.base}; a patch is judged by the gate of the tip that it is put on`);
  });
  return gate.problem === null ? EXIT.ok : EXIT.notFound;
}

async function check(host: CliHost, print: Print, file: string): Promise<ExitCode> {
  const text = await readText(resolve(host.cwd, file), file);
  const stages = checkGateFile(await host.yaml(), { text, file });
  print.answer({ file, stages }, () => {
    printStages(print, stages);
    const count = stages.flat().length;
    print.note(count === 0 ? `${file} asks for nothing` : `${file} can be used: ${sayCount(count)}`);
  });
  return EXIT.ok;
}

async function readText(path: string, file: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw fail('input_invalid', { where: file, problem });
  }
}

function printStages(print: Print, stages: readonly (readonly CheckView[])[]): void {
  if (stages.length === 0) return;
  print.table(
    ['stage', 'check', 'asked by', 'does', 'limit', 'rules'],
    stages.flatMap((checks, index) =>
      checks.map((one) => [
        ...[`${index + 1}`, one.name, one.source, doesOf(one), `${one.timeoutMs / 1000} s`, rulesOf(one)],
      ]),
    ),
  );
}

const LONGEST_COMMAND = 60;

function doesOf({ kind, argv }: CheckView): string {
  if (argv === null) return kind;
  const text = (argv[0] === 'bash' && argv.at(-2) === '-c' ? (argv.at(-1) ?? '') : argv.join(' ')).replace(
    /\s+/g,
    ' ',
  );
  return text.length > LONGEST_COMMAND ? `${text.slice(0, LONGEST_COMMAND)}...` : text;
}

function rulesOf({ needs, paths, retries, level, given }: CheckView): string {
  return [
    ...(needs.length > 0 ? [`needs ${needs.join(', ')}`] : []),
    ...(paths.length > 0 ? [`only for ${paths.join(', ')}`] : []),
    ...(retries > 0 ? [`${retries === 1 ? 'one retry' : `${retries} retries`}`] : []),
    ...(level > 0 ? [`level ${level}`] : []),
    ...(given.length > 0 ? [`given ${given.join(', ')}`] : []),
  ].join('; ');
}

function sayCount(count: number): string {
  return count === 1 ? '1 check' : `${count} checks`;
}
