import Joi from 'joi';
import { fail } from '../../core/errors.ts';

/** A body can hold ten thousands of unknown members; nobody reads on. */
const MOST_TOLD = 20;

export type Nothing = Readonly<Record<string, never>>;

/** For what takes no parameters, no query or no members. */
export const NOTHING = Joi.object<Nothing>({});

/**
 * `value` as `schema` understands it; unknown members are refused. `part` begins the path that the error names:
 * `query.limit`, `body.checks[0].name`.
 * @throws GhostError input_invalid, naming the paths at fault
 */
export function validated<T>(schema: Joi.ObjectSchema<T>, value: unknown, part: string): T {
  const { error, value: valid } = schema.validate(value, {
    abortEarly: false,
    errors: { label: false, wrap: { array: false } },
  });
  if (error === undefined) return valid;
  const told = error.details.slice(0, MOST_TOLD);
  const [first, ...others] = told.map(({ path, message }) => ({
    where: pathOf(part, path),
    message,
  }));
  const more = others.map(({ where, message }) => `; ${where}: ${message}`).join('');
  const rest = error.details.length - told.length;
  throw fail('input_invalid', {
    where: first?.where ?? part,
    problem: `${first?.message ?? 'is invalid'}${more}${rest > 0 ? `; and ${rest} more` : ''}`,
  });
}

function pathOf(part: string, path: readonly (string | number)[]): string {
  return path.reduce<string>(
    (before, step) => (typeof step === 'number' ? `${before}[${step}]` : `${before}.${step}`),
    part,
  );
}
