import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { MUTANTS } from './mutants.ts';
import { type Mutant, mutated } from './mutate.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** From now on this thread loads the named mutant instead of the product. Modules that it has loaded stay as they are. */
export function loadMutated(name: string): void {
  const mutant = mutantNamed(name);
  const changes = new Map(mutant.changes.map((change) => [`${ROOT}${change.file}`, change]));
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const file = url.startsWith('file:') ? fileURLToPath(url) : '';
      if (!changes.has(file)) return loaded;
      return { ...loaded, source: mutated(mutant, file.slice(ROOT.length), String(loaded.source)) };
    },
  });
}

function mutantNamed(name: string): Mutant {
  const mutant = MUTANTS.find((one) => one.name === name);
  if (mutant) return mutant;
  throw new TypeError(`no mutant ${name}; there are ${MUTANTS.map((one) => one.name).join(', ')}`);
}
