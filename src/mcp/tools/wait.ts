import { takes } from '../arguments.ts';
import { PATCH, PATCH_ID } from './parameters.ts';
import { rejectionOf, sayWaited } from './standing.ts';
import type { Tool } from './tool.ts';

/** Below the 60 s after which the usual client believes that nobody answers. */
const LONGEST_S = 50;
const USUAL_S = 30;

export const waitTool: Tool = {
  name: 'wait_for_patch',
  title: 'Wait for a patch',
  description:
    'Waits until a patch landed, was rejected, failed, was cancelled or is held, at most as long as said, and tells how it stands then. A rejected patch is answered as an error with its repair request.',
  nature: 'reads',
  takes: takes(
    {
      id: PATCH_ID,
      seconds: {
        type: 'integer',
        description: 'How long to wait at most. Call again where that was too short.',
        minimum: 1,
        maximum: LONGEST_S,
        default: USUAL_S,
      },
    },
    'id',
  ),
  gives: PATCH,
  act: async (acts, given, turn) => {
    const limit = AbortSignal.timeout((given.number('seconds') ?? USUAL_S) * 1000);
    const view = await acts.wait(given.needed('id'), AbortSignal.any([limit, turn.signal]), turn.tell);
    const rejection = rejectionOf(view);
    if (rejection !== null) throw rejection;
    const wentWrong = view.state === 'failed' || view.state === 'cancelled';
    return { text: sayWaited(view), data: view, ...(wentWrong ? { failed: true } : {}) };
  },
};
