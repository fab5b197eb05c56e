import type { Rehearsal } from '../../app/rehearse-patch.ts';
import { fail } from '../../core/errors.ts';
import { takes } from '../arguments.ts';
import { PATCH_TEXT } from './parameters.ts';
import { textOf } from './submit.ts';
import { gives, type Tool } from './tool.ts';

export const rehearseTool: Tool = {
  name: 'rehearse_patch',
  title: 'Rehearse a patch',
  description:
    'Tries a patch in memory on the tip of the branch and tells every fault at once. It writes nothing, runs no check and counts as no round of a repair. A patch that fits may still be rejected by its checks.',
  nature: 'reads',
  takes: takes(PATCH_TEXT, 'patch'),
  gives: gives({
    kind: { const: 'fits' },
    base: { type: 'string' },
    files: { type: 'array', items: { type: 'object' } },
    notes: { type: 'array', items: { type: 'string' } },
    ungated: { type: ['string', 'null'] },
  }),
  act: async (acts, given) => {
    const rehearsal = await acts.rehearse(textOf(given));
    if (rehearsal.kind === 'fits') return { text: sayFit(rehearsal), data: rehearsal };
    const { repair } = rehearsal;
    const told = { what: 'The rehearsed patch', reason: 'does_not_apply' };
    throw fail('patch_rejected', told, { faults: repair.faults, repair });
  },
};

function sayFit({ base, files, notes, ungated }: Extract<Rehearsal, { kind: 'fits' }>): string {
  const paths = files.map(({ path }) => path).join(', ');
  return [
    `It fits on ${base} and changes ${paths}. No check was run.`,
    ...(ungated === null ? [] : [`It would not land all the same: ${ungated}`]),
    ...notes.map((note) => `Note: ${note}`),
  ].join('\n');
}
