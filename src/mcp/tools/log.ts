import type { CheckRun } from '../acts.ts';
import { takes } from '../arguments.ts';
import { PATCH_ID } from './parameters.ts';
import { gives, type Tool } from './tool.ts';

/** Of each output: where a check failed is told at its end. */
const USUAL_CHARACTERS = 8_000;
const MOST_CHARACTERS = 100_000;

export const logTool: Tool = {
  name: 'get_log',
  title: 'What the checks printed',
  description:
    'Tells of each check of a patch how it ended and the last part of what it printed, the newest run first.',
  nature: 'reads',
  takes: takes(
    {
      id: PATCH_ID,
      check: { type: 'string', description: 'Only the check of this name.', maxLength: 100 },
      characters: {
        type: 'integer',
        description: 'How much of the end of each output.',
        minimum: 0,
        maximum: MOST_CHARACTERS,
        default: USUAL_CHARACTERS,
      },
    },
    'id',
  ),
  gives: gives({ id: { type: 'string' }, checks: { type: 'array', items: { type: 'object' } } }),
  act: async (acts, given) => {
    const id = given.needed('id');
    const name = given.text('check');
    const most = given.number('characters') ?? USUAL_CHARACTERS;
    const runs = await acts.log(id);
    const wanted = runs.filter(({ verdict }) => name === null || verdict.check === name).reverse();
    const checks = wanted.map((run) => ({ ...run, ...tailOf(run.output, most) }));
    return { text: checks.map(sayRun).join('\n\n') || 'No such check has run on it.', data: { id, checks } };
  },
};

interface Tail {
  /** Null where it is no longer kept. */
  readonly output: string | null;
  /** Characters before it that are left out. */
  readonly leftOut: number;
}

function tailOf(output: string | null, most: number): Tail {
  if (output === null) return { output, leftOut: 0 };
  const leftOut = Math.max(0, output.length - most);
  // Not in the middle of a surrogate pair.
  return { output: output.slice(leftOut).toWellFormed(), leftOut };
}

function sayRun({ attempt, verdict, output, leftOut }: CheckRun & Tail): string {
  const { check, exitCode, signal, detail } = verdict;
  const ending = detail ?? (signal === null ? `exit code ${exitCode}` : `signal ${signal}`);
  return [
    `== attempt ${attempt}, ${check}: ${verdict.verdict}, ${ending}`,
    ...(leftOut === 0 ? [] : [`(${leftOut} characters before this are left out)`]),
    output ?? '(its output is not kept)',
  ].join('\n');
}
