import type { Command } from 'commander';
import { ACTS, actNamed, mayDo, namesOfActs } from '../../core/acts.ts';
import { EXIT, type ExitCode, fail } from '../../core/errors.ts';
import { nearest } from '../../core/nearest.ts';
import { ROLES, type Role } from '../../core/role.ts';
import type { Context } from '../context.ts';
import type { Print } from '../print.ts';

export function addCan(program: Command, context: Context): void {
  program
    .command('can')
    .description('whether a role may give a command')
    .argument('<role>', ROLES.join(', '))
    .argument('<command...>', 'such as approve, or workspace pause')
    .action((role: string, command: readonly string[]) =>
      context.run(async (print) => can(print, { role: roleNamed(role), command: command.join(' ') })),
    );
}

function can(print: Print, { role, command }: { readonly role: Role; readonly command: string }): ExitCode {
  const act = actNamed(command);
  if (act === null) throw unknown('command', command, [...namesOfActs().keys()]);
  const may = mayDo(role, act);
  const { role: needed, says } = ACTS[act];
  const words =
    needed === 'public' ? `${says} needs no role` : `${says} needs the role ${needed}; this is ${role}`;
  print.answer({ role, command, act, needs: needed, may }, () =>
    print.text(`${may ? 'yes' : 'no'}: ${words}`),
  );
  return may ? EXIT.ok : EXIT.notAllowed;
}

function roleNamed(text: string): Role {
  const role = ROLES.find((one) => one === text);
  if (role === undefined) throw unknown('role', text, ROLES);
  return role;
}

function unknown(where: string, text: string, known: readonly string[]): Error {
  const meant = nearest(text, known);
  const guess = meant === null ? `; known are ${known.join(', ')}` : `; did you mean ${meant}?`;
  return fail('input_invalid', { where, problem: `there is no ${where} ${text}${guess}` });
}
