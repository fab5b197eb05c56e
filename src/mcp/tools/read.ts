import type { StateName } from '../../core/patch/patch.ts';
import { STATES } from '../../core/patch/patch.ts';
import type { Line } from '../acts.ts';
import { takes } from '../arguments.ts';
import { PATCH, PATCH_ID, WORKSPACE } from './parameters.ts';
import { sayStanding } from './standing.ts';
import { gives, type Tool } from './tool.ts';

const MOST_LISTED = 200;
const USUALLY_LISTED = 20;

export const getPatchTool: Tool = {
  name: 'get_patch',
  title: 'Where a patch stands',
  description:
    'Tells where a patch stands now: its state, why, the commit it landed as, its faults and its repair request.',
  nature: 'reads',
  takes: takes({ id: PATCH_ID }, 'id'),
  gives: PATCH,
  act: async (acts, given) => {
    const view = await acts.find(given.needed('id'));
    return { text: sayStanding(view), data: view };
  },
};

export const getLineTool: Tool = {
  name: 'get_line',
  title: 'Where the line stands',
  description:
    'Tells of each workspace how many patches wait, which one is in hand, whether it is paused and what landed last.',
  nature: 'reads',
  takes: takes({ workspace: { ...WORKSPACE, description: 'Only this one.' } }),
  gives: gives({ workspaces: { type: 'array', items: { type: 'object' } } }),
  act: async (acts, given) => {
    const workspaces = await acts.lines(given.text('workspace'));
    return { text: workspaces.map(sayLine).join('\n') || 'There is no workspace.', data: { workspaces } };
  },
};

export const listTool: Tool = {
  name: 'list_patches',
  title: 'List patches',
  description: 'Lists patches in the order they were accepted, the newest ones where there are more.',
  nature: 'reads',
  takes: takes({
    workspace: { ...WORKSPACE, description: 'Only those of this workspace.' },
    states: {
      type: 'array',
      description: 'Only those in one of these states.',
      items: { type: 'string', enum: STATES },
      maxItems: STATES.length,
      uniqueItems: true,
    },
    limit: {
      type: 'integer',
      description: 'How many at most.',
      minimum: 1,
      maximum: MOST_LISTED,
      default: USUALLY_LISTED,
    },
    before: {
      type: 'integer',
      description: 'Only older ones: what `next` of the page before said.',
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
    },
  }),
  gives: gives({
    patches: { type: 'array', items: { type: 'object' } },
    next: { type: ['integer', 'null'] },
  }),
  act: async (acts, given) => {
    const page = await acts.list({
      workspace: given.text('workspace'),
      states: given.list('states') as readonly StateName[] | null,
      limit: given.number('limit') ?? USUALLY_LISTED,
      before: given.number('before'),
    });
    const lines = page.patches.map(({ id, state, title }) => `${id} ${state}: ${title}`);
    return { text: lines.join('\n') || 'There is none.', data: page };
  },
};

function sayLine({ name, branch, paused, queued, held, head, lastLanded }: Line): string {
  return [
    `${name} (branch ${branch}): ${queued} queued, ${held} held`,
    paused === null ? null : `paused: ${paused}`,
    head === null ? null : `${head.id} is ${head.state}`,
    lastLanded === null ? 'nothing landed yet' : `${lastLanded.id} landed last, as ${lastLanded.commit}`,
  ]
    .filter((part) => part !== null)
    .join('; ');
}
