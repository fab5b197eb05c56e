import { takes } from '../arguments.ts';
import { PATCH_ID } from './parameters.ts';
import { sayStanding } from './standing.ts';
import { gives, type Tool } from './tool.ts';

export const repairTool: Tool = {
  name: 'get_repair_request',
  title: 'What a rejected patch needs',
  description:
    'Tells what the author of a rejected patch has to repair: every fault with its place, what was read there, and how many rounds are left. Send the whole patch again with submit_patch, and name this one in `repairs`.',
  nature: 'reads',
  takes: takes({ id: PATCH_ID }, 'id'),
  gives: gives({ id: { type: 'string' }, repair: { type: ['object', 'null'] } }),
  act: async (acts, given) => {
    const view = await acts.find(given.needed('id'));
    const { id, repair } = view;
    const text = repair?.text ?? `Nothing can be repaired about it. ${sayStanding(view)}`;
    return { text, data: { id, repair } };
  },
};
