import { takes } from '../arguments.ts';
import { PATCH, PATCH_ID } from './parameters.ts';
import { sayStanding } from './standing.ts';
import type { Tool } from './tool.ts';

export const cancelTool: Tool = {
  name: 'cancel_patch',
  title: 'Cancel a patch',
  description:
    'Ends a patch of yours before it lands, and with it those that follow it in its series. One that is landing or over is not to be stopped.',
  nature: 'ends',
  takes: takes({ id: PATCH_ID }, 'id'),
  gives: PATCH,
  act: async (acts, given) => {
    const view = await acts.cancel(given.needed('id'));
    return { text: sayStanding(view), data: view };
  },
};
