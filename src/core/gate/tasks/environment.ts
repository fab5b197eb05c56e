import {
  describe,
  invalid,
  item,
  member,
  readAnyMapping,
  readList,
  readText,
  type Spot,
} from '../plain-data.ts';

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
/** More than fits any use, and far from what the kernel takes for one program. */
const LONGEST_VALUE = 4096;
const MOST_NAMES = 64;

/** Set for every check: by the sandbox, and by whoever runs the gate. */
const OURS: ReadonlySet<string> = new Set(['PATH', 'HOME', 'TMPDIR', 'LANG', 'PWD', 'SHLVL']);
/**
 * Where there are no namespaces, what fences a check off is started with its environment. Names by which a loader, a C
 * library or a shell takes in foreign code would turn that against us.
 */
const LOADERS =
  /^(LD_|DYLD_|BASH|GCONV_PATH$|GLIBC_TUNABLES$|LOCPATH$|NLSPATH$|MALLOC_|ENV$|IFS$|SHELLOPTS$|PS4$)/;

/** Variables of one check. @throws GhostError gate_file_invalid */
export function readEnvironment(value: unknown, spot: Spot): Readonly<Record<string, string>> {
  if (value === undefined) return {};
  const entries = [...readAnyMapping(value, spot)].map(([name, given]) => {
    const at = member(spot, name);
    refuseName(name, at);
    if (typeof given !== 'string')
      throw invalid(at, `expected text, got ${describe(given)}; put it in quotes`);
    const text = given === '' ? '' : readText(given, at);
    if (text.length > LONGEST_VALUE)
      throw invalid(at, `${text.length} characters, at most ${LONGEST_VALUE} are taken`);
    return [name, text] as const;
  });
  refuseMany(entries.length, spot);
  return Object.fromEntries(entries);
}

/** Names of variables, each once. @throws GhostError gate_file_invalid */
export function readNames(value: unknown, spot: Spot): readonly string[] {
  if (value === undefined) return [];
  const names = readList(value, spot).map((entry, index) => {
    const name = readText(entry, item(spot, index));
    refuseName(name, item(spot, index));
    return name;
  });
  refuseMany(names.length, spot);
  const repeated = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (repeated >= 0) throw invalid(item(spot, repeated), `\`${names[repeated]}\` stands there twice`);
  return names;
}

function refuseName(name: string, spot: Spot): void {
  if (!NAME.test(name)) {
    const form = 'expected at most 64 letters, digits and `_`, no digit first';
    throw invalid(spot, `\`${name}\` is no name of a variable; ${form}`);
  }
  if (OURS.has(name) || name.startsWith('GHOST_'))
    throw invalid(spot, `\`${name}\` is set for every check and cannot be set by one`);
  if (LOADERS.test(name))
    throw invalid(
      spot,
      `\`${name}\` changes how programs are started, not what one of them does; set it in the command`,
    );
}

function refuseMany(count: number, spot: Spot): void {
  if (count > MOST_NAMES) throw invalid(spot, `${count} names, at most ${MOST_NAMES} are taken`);
}
