import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { gitRepositories } from '../../../../src/adapters/git/open.ts';
import { NETWORK_LIMITS, type NetworkLimits } from '../../../../src/adapters/git/remote/git-link.ts';
import { gitMirrors } from '../../../../src/adapters/git/remote/mirrors.ts';
import type { Remote, Workspace } from '../../../../src/core/workspace.ts';
import type { Mirrored, Mirrors, OpenRepository } from '../../../../src/ports/repository.ts';
import { makePlace, type Place } from '../world.ts';

/** A bare repository of somebody else's, its address, and folders for the mirrors of those who land there. */
export interface RemotePlace extends Place {
  readonly url: string;
}

export function aRemote(t: TestContext, options: Parameters<typeof makePlace>[2] = {}): RemotePlace {
  const place = makePlace(t, 'bare', options);
  return { ...place, url: `file://${place.gitDir}` };
}

export interface Landlord {
  /** Whose installation it is; each has mirrors of its own. */
  readonly installation?: string;
  /** Its mirrors lie here: another machine has others. */
  readonly machine?: string;
  readonly writers?: Remote['writers'];
  readonly url?: string;
  readonly credentials?: string | null;
  readonly limits?: NetworkLimits;
}

/** The remote's branch `main` as the workspace `demo`, copied and opened; closed when the test ends. */
export async function openedRemote(
  t: TestContext,
  place: RemotePlace,
  { installation = 'ours', machine = 'first', writers = 'others', ...more }: Landlord = {},
): Promise<OpenRepository> {
  const remote = { url: more.url ?? place.url, writers, credentials: more.credentials ?? null };
  const limits = more.limits ?? NETWORK_LIMITS;
  const mirrors = gitMirrors({ folder: join(place.root, 'mirrors', installation, machine), limits });
  const made = await makeMirror(mirrors, { remote });
  const repositories = gitRepositories({
    installation,
    scratch: join(place.root, 'scratch'),
    lockWaitMs: 2_000,
    networkLimits: limits,
  });
  const open = await repositories.open(aWorkspace(made.gitDir, remote));
  t.after(() => open.repository.close());
  return open;
}

/** The copy that a workspace `demo` on the branch `main` would have, made and let go. */
export async function makeMirror(
  mirrors: Mirrors,
  { remote, branch = 'main' }: { readonly remote: Remote; readonly branch?: string | null },
): Promise<Mirrored> {
  const hold = await mirrors.hold('demo');
  assert(hold !== null);
  try {
    return await hold.make({ remote, branch, progress: () => undefined });
  } finally {
    hold.release();
  }
}

export function aWorkspace(gitDir: string, remote: Remote): Workspace {
  const place = { name: 'demo', gitDir, workTree: null, branch: 'main', remote, baseline: null };
  return { ...place, addedAt: 0, addedBy: 'test', paused: null };
}

/** A hook of the remote, as its keepers would write it. */
export function hook(place: Place, name: string, script: string): void {
  const hooks = join(place.gitDir, 'hooks');
  mkdirSync(hooks, { recursive: true });
  writeFileSync(join(hooks, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(hooks, name), 0o755);
}

/** What somebody else with a clone does: a commit on `main`, pushed. */
export function pushByOther(place: Place, name = `other-${performance.now()}`): string {
  const tree = place.git('rev-parse', 'main^{tree}');
  const commit = place.git('commit-tree', '-p', 'main', '-m', `Other ${name}`, tree);
  place.git('update-ref', 'refs/heads/main', commit);
  return commit;
}
