import Joi from 'joi';
import { FORMATS, type Format } from '../../core/change/change.ts';
import { nearest } from '../../core/nearest.ts';
import { MERGE_RULES, type MergeRule, STATES, type StateName } from '../../core/patch/patch.ts';
import { FLAGS, flagNamed } from '../../core/patch/terms.ts';

/** What several routes take, by name. Lengths are generous; the use cases judge the rest. */
export const WORKSPACE_NAME = Joi.string().max(63);
export const TITLE = Joi.string().max(500);
export const FORMAT = Joi.string<Format>().valid(...FORMATS);
export const MERGE = Joi.string<MergeRule>().valid(...MERGE_RULES);
export const PATCH_ID = Joi.string().max(100);
export const POSITION = Joi.number().integer().min(0).max(Number.MAX_SAFE_INTEGER);

/** Names with commas between them. */
export const FLAG_NAMES = Joi.string().max(400).custom(knownFlags);

export const PHASE = Joi.string().max(100);

/** Told to everyone whom it concerns. */
export const REASON = Joi.string().max(500);
export interface Reason {
  readonly reason: string;
}

export const PATCH_PARAMS = Joi.object<{ id: string }>({ id: PATCH_ID.required() });
export const ARTIFACT_PARAMS = Joi.object<{ id: string; digest: string }>({
  id: PATCH_ID.required(),
  digest: Joi.string()
    .pattern(/^[0-9a-f]{64}$/)
    .required(),
});
export const WORKSPACE_PARAMS = Joi.object<{ name: string }>({ name: WORKSPACE_NAME.required() });

/** `queued,held` as a list of states. */
export const STATE_LIST = Joi.string()
  .max(200)
  .custom((text: string, helpers) => {
    const names = text.split(',');
    const states = STATES.filter((state) => names.includes(state));
    return states.length === new Set(names).size
      ? states
      : helpers.message({ custom: `must be a list of ${STATES.join(', ')}, separated by commas` });
  });

export type StateList = readonly StateName[];

function knownFlags(text: string, helpers: Joi.CustomHelpers<string>) {
  const unknown = text.split(',').find((name) => flagNamed(name) === null);
  if (unknown === undefined) return text;
  const near = nearest(unknown, FLAGS);
  return helpers.message(
    { custom: `names no flag: {#flag}${near ? `; did you mean ${near}?` : ''}` },
    { flag: unknown },
  );
}
