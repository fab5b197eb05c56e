import type { ReceiptView } from '../../app/views.ts';
import type { Format } from '../../core/change/change.ts';
import type { MergeRule } from '../../core/patch/patch.ts';
import { FLAGS, flagsIn } from '../../core/patch/terms.ts';
import type { AgentText } from '../acts.ts';
import { type Arguments, takes } from '../arguments.ts';
import { PATCH, PATCH_ID, PATCH_TEXT } from './parameters.ts';
import { sayStanding } from './standing.ts';
import type { Tool } from './tool.ts';

export const submitTool: Tool = {
  name: 'submit_patch',
  title: 'Submit a patch',
  description:
    'Stores a patch durably and puts it into the line of its workspace. The answer is a receipt: whether it lands is known later, by wait_for_patch. A text that cannot be read is refused at once, with what to repair. The same text again is the same patch as long as that one may still land.',
  nature: 'adds',
  takes: takes(
    {
      ...PATCH_TEXT,
      title: {
        type: 'string',
        description: 'Its title, the first line of the commit.',
        maxLength: 500,
      },
      repairs: {
        ...PATCH_ID,
        description:
          'Id of the rejected patch of which this is the next attempt. It tells the workspace too.',
      },
      phase: {
        type: 'string',
        description: 'The phase of the plan that it belongs to, such as P14. Without it the text decides.',
        maxLength: 100,
      },
      flags: {
        type: 'array',
        description: 'Hold it to these flags, beside those that the text sets.',
        items: { type: 'string', enum: FLAGS },
        maxItems: FLAGS.length,
        uniqueItems: true,
      },
      idempotencyKey: {
        type: 'string',
        description:
          'The same key with the same text is one patch, however often it is sent; another key makes another one.',
        maxLength: 255,
        pattern: '^[!-~]{1,255}$',
      },
    },
    'patch',
  ),
  gives: PATCH,
  act: async (acts, given) => {
    const receipt = await acts.submit({
      ...textOf(given),
      title: given.text('title'),
      repairs: given.text('repairs'),
      idempotencyKey: given.text('idempotencyKey'),
      phase: given.text('phase'),
      flags: flagsIn(given.list('flags')?.join(',') ?? null),
    });
    return { text: sayReceipt(receipt), data: receipt };
  },
};

/** What a tool that takes PATCH_TEXT was given. */
export function textOf(given: Arguments): AgentText {
  return {
    patch: given.needed('patch'),
    workspace: given.text('workspace'),
    format: given.text('format') as Format | null,
    merge: given.text('merge') as MergeRule | null,
  };
}

function sayReceipt(receipt: ReceiptView): string {
  const { id, workspace, repeated, notes, rest } = receipt;
  const ids = [id, ...rest.map((one) => one.id)];
  const said = repeated
    ? `${sayStanding(receipt)} It was submitted before; nothing new was made.`
    : `${ids.join(', ')} ${ids.length === 1 ? 'is' : 'are'} accepted for workspace ${workspace}. Nothing has landed yet: wait_for_patch tells how it ends.`;
  return [said, ...notes.map((note) => `Note: ${note}`)].join('\n');
}
