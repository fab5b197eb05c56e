import Joi from 'joi';
import { fail } from '../../core/errors.ts';

export type Nothing = Readonly<Record<string, never>>;

/** For what takes no parameters, no query or no members. */
export const NOTHING = Joi.object<Nothing>({});

/**
 * `value` as `schema` understands it; unknown members are refused. `part` begins the path that the error names:
 * `query.limit`, `body.checks[0].name`.
 * @throws GhostError input_invalid, naming every path at fault
 */
export function validated<T>(schema: Joi.ObjectSchema<T>, value: unknown, part: string): T {
  const { error, value: valid } = schema.validate(value, {
    abortEarly: false,
    errors: { label: false, wrap: { array: false } },
  });
  if (error === undefined) return valid;
  const [first, ...others] = error.details.map(({ path, message }) => ({
    where: pathOf(part, path),
    message,
  }));
  const more = others.map(({ where, message }) => `; ${where}: ${message}`).join('');
  throw fail('input_invalid', {
    where: first?.where ?? part,
    problem: `${first?.message ?? 'is invalid'}${more}`,
  });
}

function pathOf(part: string, path: readonly (string | number)[]): string {
  return path.reduce<string>(
    (before, step) => (typeof step === 'number' ? `${before}[${step}]` : `${before}.${step}`),
    part,
  );
}
