/** The namespace of the cache in which the diffs of a workspace's landings are kept. */
export function diffsOf(workspace: string): string {
  return `diffs of ${workspace}`;
}
