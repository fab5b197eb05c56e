import type { Command } from 'commander';
import type { Context } from '../context.ts';

export function addMcp(program: Command, context: Context): void {
  program
    .command('mcp')
    .description('serve agents on standard input and output by the Model Context Protocol')
    .action(() => context.run(() => context.host.processes.mcp()));
}
