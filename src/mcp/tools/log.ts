import type { CheckRun } from '../acts.ts';
import { takes } from '../arguments.ts';
import { PATCH_ID } from './parameters.ts';
import { gives, type Tool } from './tool.ts';

/** Of each output: where a check failed is told at its end. */
const USUAL_BYTES = 8_000;
const MOST_BYTES = 100_000;

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
      bytes: {
        type: 'integer',
        description: 'How much of the end of each output.',
        minimum: 1,
        maximum: MOST_BYTES,
        default: USUAL_BYTES,
      },
    },
    'id',
  ),
  gives: gives({ id: { type: 'string' }, checks: { type: 'array', items: { type: 'object' } } }),
  act: async (acts, given) => {
    const id = given.needed('id');
    const wanted = { check: given.text('check'), bytes: given.number('bytes') ?? USUAL_BYTES };
    const checks = (await acts.log(id, wanted)).toReversed();
    return { text: checks.map(sayRun).join('\n\n') || 'No such check has run on it.', data: { id, checks } };
  },
};

function sayRun({ attempt, verdict, output, from }: CheckRun): string {
  const { check, exitCode, signal, detail } = verdict;
  const ending = detail ?? (signal === null ? `exit code ${exitCode}` : `signal ${signal}`);
  return [
    `== attempt ${attempt}, ${check}: ${verdict.verdict}, ${ending}`,
    ...(from ? [`(${from} bytes before this are left out)`] : []),
    output ?? '(its output is not kept)',
  ].join('\n');
}
