import { FORMATS } from '../../core/change/change.ts';
import { MERGE_RULES, STATES } from '../../core/patch/patch.ts';
import type { Parameter } from '../arguments.ts';
import { gives } from './tool.ts';

/** What a request to the gateway may hold; it counts bytes again. */
const LONGEST_PATCH = 512 * 1024;

export const PATCH_ID: Parameter = {
  type: 'string',
  description: 'Id of a patch, as its receipt says: p_ and 26 letters and digits.',
  maxLength: 100,
};

export const WORKSPACE: Parameter = {
  type: 'string',
  description: 'Name of the workspace. The only one needs no naming.',
  maxLength: 63,
};

/** What a text is tried and submitted with. */
export const PATCH_TEXT: Readonly<Record<string, Parameter>> = {
  patch: {
    type: 'string',
    description:
      'The whole text of the patch in any form that Ghost reads: a unified or git diff, *** Begin Patch, SEARCH/REPLACE blocks, JSON edits. It lands whole or not at all.',
    maxLength: LONGEST_PATCH,
  },
  workspace: WORKSPACE,
  format: {
    type: 'string',
    description: 'The form of the text. Without it the content decides.',
    maxLength: 50,
    enum: FORMATS,
  },
  merge: {
    type: 'string',
    description:
      'three-way merges what fits nowhere with the version it was made from; never is the standard.',
    maxLength: 50,
    enum: MERGE_RULES,
  },
};

const PATCH_STATE = { type: 'string', enum: STATES } as const;

export const PATCH = gives({
  id: { type: 'string' },
  workspace: { type: 'string' },
  title: { type: 'string' },
  state: PATCH_STATE,
  reason: { type: ['string', 'null'] },
  commit: { type: ['string', 'null'] },
  faults: { type: 'array' },
  repair: { type: ['object', 'null'] },
});
