import { canonicalJson, type Json } from '../../json.ts';

/** What decides which packages npm installs: the parts of `package.json` that name them, and the lock file as it is. */
export interface NpmFiles {
  readonly manifest: string;
  readonly lock: string;
}

export type ReadNpmFiles =
  | { readonly kind: 'files'; readonly files: NpmFiles }
  /** They are wrong, whoever reads them. */
  | { readonly kind: 'faulty'; readonly why: string }
  /** npm may know what to do with them, and we do not. */
  | { readonly kind: 'unsupported'; readonly why: string };

/** Scripts, the files of a package and settings of tools are not here: what they say changes nothing of what is installed. */
const PARTS = [
  ...['name', 'version', 'dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'],
  ...['peerDependenciesMeta', 'bundleDependencies', 'bundledDependencies', 'overrides', 'os', 'cpu', 'libc'],
];

const OLDEST_LOCK = 2;
const STRONG = /(?:^|\s)sha(?:256|384|512)-/;

/** @param lock the text of `package-lock.json` or of `npm-shrinkwrap.json` */
export function readNpmFiles(manifest: string, lock: string): ReadNpmFiles {
  const read = parsed(manifest);
  if (read === null) return { kind: 'faulty', why: 'package.json is not a JSON object' };
  const locked = parsed(lock);
  if (locked === null) return { kind: 'faulty', why: 'package-lock.json is not a JSON object' };
  if (read.workspaces !== undefined) return unsupported('package.json has workspaces');
  const version = locked.lockfileVersion;
  const packages = objectOf(locked.packages);
  if (typeof version !== 'number' || version < OLDEST_LOCK || packages === null)
    return unsupported(
      `package-lock.json is of version ${String(version)}, expected ${OLDEST_LOCK} or newer`,
    );
  for (const [path, entry] of Object.entries(packages)) {
    const why = path === '' ? null : whyNotTaken(path, objectOf(entry) ?? {});
    if (why !== null) return unsupported(why);
  }
  const parts = Object.fromEntries(PARTS.flatMap((part) => (part in read ? [[part, read[part]]] : [])));
  return { kind: 'files', files: { manifest: canonicalJson(parts as Json), lock } };
}

/** A package has to come from a registry, and the lock file has to say what it contains. */
function whyNotTaken(path: string, entry: Readonly<Record<string, unknown>>): string | null {
  if (entry.inBundle === true) return null;
  const said = `package-lock.json has ${path}`;
  if (!/^node_modules\//.test(path) || entry.link === true)
    return `${said}, which is a folder of the repository`;
  const { resolved, integrity } = entry;
  if (typeof resolved !== 'string' || !/^https?:\/\//.test(resolved))
    return `${said}, which is not from a registry`;
  if (typeof integrity !== 'string' || !STRONG.test(integrity))
    return `${said} without an \`integrity\` of SHA-256 or stronger`;
  return null;
}

function unsupported(why: string): ReadNpmFiles {
  return { kind: 'unsupported', why };
}

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return null;
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : null;
}
