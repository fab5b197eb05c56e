import type { GateView } from '../../app/gate/describe-gate.ts';
import type { CheckView } from '../../core/gate/view.ts';
import { takes } from '../arguments.ts';
import { WORKSPACE } from './parameters.ts';
import { gives, type Tool } from './tool.ts';

export const getGateTool: Tool = {
  name: 'get_gate',
  title: 'What a patch has to pass',
  description:
    'Tells which checks a patch for a workspace has to pass, in the order in which they run, as the tip of its branch asks for now.',
  nature: 'reads',
  takes: takes({ workspace: WORKSPACE }),
  gives: gives({
    workspace: { type: 'string' },
    base: { type: 'string' },
    problem: { type: ['string', 'null'] },
    stages: { type: 'array', items: { type: 'array', items: { type: 'object' } } },
  }),
  act: async (acts, given) => {
    const gate = await acts.gate(given.text('workspace'));
    return { text: sayGate(gate), data: gate };
  },
};

/** The gate in words. */
export function sayGate({ workspace, base, problem, minimumIsolation, stages }: GateView): string {
  const head = `A patch for workspace ${workspace} has to pass, as commit ${base} asks:`;
  if (problem !== null) return `Workspace ${workspace} has no gate, and nothing lands there: ${problem}`;
  return [
    head,
    ...stages.map((checks, at) => `Stage ${at + 1}: ${checks.map(sayCheck).join('; ')}.`),
    ...(minimumIsolation > 0 ? [`Checks run at isolation level ${minimumIsolation} or more.`] : []),
    'A patch may add checks and takes none away: it is judged by the gate of the tip that it is put on.',
  ].join('\n');
}

function sayCheck({ name, kind, argv, needs, paths, timeoutMs }: CheckView): string {
  return [
    `\`${name}\` (${argv === null ? kind : argv.join(' ')})`,
    ...(needs.length > 0 ? [`after ${needs.join(', ')}`] : []),
    ...(paths.length > 0 ? [`only for ${paths.join(', ')}`] : []),
    `within ${timeoutMs / 1000} s`,
  ].join(', ');
}
