/**
 * Whether processes of these versions may call each other: of one major version, and while that is 0 of one minor version
 * (semantic versioning 2.0.0, item 4). What cannot be read is compatible with itself alone.
 */
export function areCompatible(one: string, other: string): boolean {
  const [a, b] = [compatibilityOf(one), compatibilityOf(other)];
  return a === null || b === null ? one === other : a === b;
}

function compatibilityOf(version: string): string | null {
  const [, major, minor] = /^(\d+)\.(\d+)\.\d+(?:[-+].*)?$/.exec(version) ?? [];
  if (major === undefined || minor === undefined) return null;
  return major === '0' ? `0.${minor}` : major;
}

export interface VersionMix {
  /** `0.1.0 and 0.2.0 run side by side and do not call each other`. */
  readonly words: string;
  readonly compatible: boolean;
}

/** Null where all are of one version. */
export function versionMix(versions: readonly string[]): VersionMix | null {
  const [first, ...others] = [...new Set(versions)].toSorted();
  if (first === undefined || others.length === 0) return null;
  const compatible = others.every((other) => areCompatible(first, other));
  const list = `${[first, ...others.slice(0, -1)].join(', ')} and ${others.at(-1)}`;
  return {
    words: `versions ${list} run side by side${compatible ? '' : '; those that differ so much do not call each other'}`,
    compatible,
  };
}
