import type { Path } from '../../git.ts';
import { legible } from '../bytes.ts';
import type { Fault } from '../fault.ts';
import { faultOf } from '../fault-of.ts';
import { inFolder, twinKey } from '../paths/twin-key.ts';
import { type Bench, standingAt } from './bench.ts';
import { directoriesAbove, remainsAt } from './new-tree.ts';

/** Names of one folder, by what file systems that ignore case or normalisation make of them. */
type Names = Map<string, Set<string>>;

/**
 * A fault for each name that the patch brings into a folder where its twin stands after it: a checkout on macOS or Windows
 * would have one of the two. Twins that stood there before are not the patch's. `standing` are the paths at which it
 * leaves files.
 */
export function twinFaults(bench: Bench, standing: readonly Path[]): Fault[] {
  const made = new Map<Path, Names>();
  for (const path of standing.flatMap((path) => [...directoriesAbove(path), path])) {
    const { folder, name } = inFolder(path);
    note(named(made, folder), name);
  }
  return [...made].flatMap(([folder, names]) => twinsIn(bench, folder, names));
}

function twinsIn(bench: Bench, folder: Path, made: Names): Fault[] {
  const standing = standingAt(bench.base, folder);
  const before = new Set(standing.kind === 'directory' ? standing.names : []);
  const brought = [...made].filter(([, names]) => [...names].some((name) => !before.has(name)));
  if (brought.length === 0) return [];
  const old: Names = new Map();
  for (const name of before) note(old, name);
  return brought.flatMap(([key, names]) => {
    const fresh = [...names].find((name) => !before.has(name));
    const stay = [...(old.get(key) ?? [])].filter((name) => remainsAt(bench, below(folder, name)) !== null);
    const twin = [...stay, ...names].find((name) => name !== fresh);
    if (fresh === undefined || twin === undefined) return [];
    return [twinFault(bench, below(folder, fresh), below(folder, twin))];
  });
}

function named(made: Map<Path, Names>, folder: Path): Names {
  const names = made.get(folder) ?? new Map();
  made.set(folder, names);
  return names;
}

function note(names: Names, name: string): void {
  const key = twinKey(name);
  const known = names.get(key);
  if (known === undefined) names.set(key, new Set([name]));
  else known.add(name);
}

function below(folder: Path, name: string): Path {
  return (folder === '' ? name : `${folder}/${name}`) as Path;
}

function twinFault(bench: Bench, path: Path, twin: Path): Fault {
  const line = [...bench.lines].find(([touched]) => touched === path || touched.startsWith(`${path}/`))?.[1];
  return faultOf(
    'path_twin',
    {
      message: `${legible(path)} (patch line ${line}) would stand beside ${legible(twin)}, which is the same name where case or the form of an accent does not count, as on macOS and Windows.`,
      hint: `Spell it ${legible(twin)}, move that one away in the same patch, or choose another name.`,
    },
    { path, patchLine: line ?? null },
  );
}
