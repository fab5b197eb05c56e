import type { Check } from './check.ts';
import { argvOf } from './tasks/command.ts';

/**
 * What a gate loses when `before` becomes `after`, one sentence each, in the order of `before`; empty where all that it asked
 * it still asks, or more. What merely differs is told as well where nobody can tell whether it is weaker.
 */
export function whatGetsWeaker(before: readonly Check[], after: readonly Check[]): readonly string[] {
  return before.flatMap((check) => {
    const next = after.find(({ name }) => name === check.name);
    if (next === undefined) return [`check ${check.name} is removed`];
    return DIFFERENCES.flatMap((difference) => {
      const told = difference(check, next);
      return told === null ? [] : [`check ${check.name} ${told}`];
    });
  });
}

type Difference = (before: Check, after: Check) => string | null;

const DIFFERENCES: readonly Difference[] = [
  kind,
  command,
  online,
  variables,
  packages,
  timeout,
  retries,
  paths,
  level,
  needs,
];

function kind({ task: was }: Check, { task: is }: Check): string | null {
  return was.kind === is.kind ? null : `is of kind ${is.kind} instead of ${was.kind}`;
}

/** Whether another command asks less is nobody's to tell but a reader's. */
function command({ task: was }: Check, { task: is }: Check): string | null {
  if (was.kind !== 'command' || is.kind !== 'command')
    return was.kind === is.kind && JSON.stringify(was) !== JSON.stringify(is)
      ? 'asks for something else'
      : null;
  const [from, to] = [argvOf(was.command), argvOf(is.command)].map((argv) => JSON.stringify(argv));
  return from === to ? null : `runs ${to} instead of ${from}`;
}

function online({ task: was }: Check, { task: is }: Check): string | null {
  if (was.kind !== 'command' || is.kind !== 'command') return null;
  if (is.network !== was.network)
    return is.network === 'host' ? 'reaches the network' : 'has no network any more';
  return null;
}

function variables({ task: was }: Check, { task: is }: Check): string | null {
  if (was.kind !== 'command' || is.kind !== 'command') return null;
  const all = (task: typeof was) => ({
    ...task.env,
    ...Object.fromEntries((task.secrets ?? []).map((name) => [name, true])),
  });
  const [from, to] = [new Map(Object.entries(all(was))), new Map(Object.entries(all(is)))];
  const changed = [...new Set([...from.keys(), ...to.keys()])].filter(
    (name) => from.get(name) !== to.get(name),
  );
  return changed.length === 0 ? null : `is given other variables: ${changed.join(', ')}`;
}

function packages({ task: was }: Check, { task: is }: Check): string | null {
  if (was.kind !== 'command' || is.kind !== 'command' || is.dependencies === was.dependencies) return null;
  return is.dependencies === false ? 'sees no dependencies any more' : 'sees the dependencies';
}

function timeout({ timeoutMs: was }: Check, { timeoutMs: is }: Check): string | null {
  return is > was ? `may take ${is / 1000} s instead of ${was / 1000} s` : null;
}

function retries({ retries: was }: Check, { retries: is }: Check): string | null {
  return is > was ? `may fail ${is} times instead of ${was}` : null;
}

function paths({ paths: was }: Check, { paths: is }: Check): string | null {
  if (is.length === 0) return null;
  if (was.length === 0) return `is run only for ${is.join(', ')}`;
  const left = was.filter((glob) => !is.includes(glob));
  return left.length === 0 ? null : `is not run for ${left.join(', ')} any more, only for ${is.join(', ')}`;
}

function level({ level: was }: Check, { level: is }: Check): string | null {
  return is < was ? `runs at isolation level ${is} instead of ${was}` : null;
}

function needs({ needs: was }: Check, { needs: is }: Check): string | null {
  const left = was.filter((name) => !is.includes(name));
  return left.length === 0 ? null : `needs ${left.join(', ')} no more`;
}
