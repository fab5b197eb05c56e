import type { Remote, Workspace } from '../../../core/workspace.ts';
import { systemClock } from '../../../platform/clock.ts';
import type { OpenRepository } from '../../../ports/repository.ts';
import type { GitPlace } from '../environment.ts';
import type { ObjectReader } from '../object-reader.ts';
import type { ObjectWriter } from '../object-writer.ts';
import type { RefHost } from '../ref-host.ts';
import type { BranchRefs, TipSource } from '../refs.ts';
import { accessTo } from './access.ts';
import { gitLink, type NetworkLimits } from './git-link.ts';
import { localCopy } from './local-copy.ts';
import { RemoteDestination } from './remote-destination.ts';
import { RemoteFollower } from './remote-follower.ts';
import { RemoteRefs } from './remote-refs.ts';

export interface MirrorParts {
  readonly installation: string;
  readonly place: GitPlace;
  readonly refs: BranchRefs;
  readonly reader: ObjectReader;
  readonly writer: ObjectWriter;
  readonly host: RefHost;
  readonly lockFile: string;
  readonly limits: NetworkLimits;
}

type Landing = Pick<OpenRepository, 'destination'> & { readonly tips: TipSource };
type Following = Required<Pick<OpenRepository, 'worktree' | 'follower'>>;

/** A branch that others push to: its tip and its fence are the remote's. */
export async function openShared(workspace: Workspace, remote: Remote, parts: MirrorParts): Promise<Landing> {
  const { installation, host, lockFile, reader, refs } = parts;
  const place = await remotePlace(workspace, remote, { ...parts, tipRef: refs.branchRef });
  const remoteRefs = new RemoteRefs(place);
  const tip = () => remoteRefs.tip();
  return {
    tips: { tip, tipObject: async () => reader.require(await tip(), 'commit') },
    destination: new RemoteDestination({ installation, workspace: workspace.name, place, host, lockFile }),
  };
}

/** A branch that nobody else pushes to: it is landed here, and the remote follows. */
export async function openFollower(
  workspace: Workspace,
  remote: Remote,
  parts: MirrorParts,
): Promise<Following> {
  const { installation, refs } = parts;
  const place = await remotePlace(workspace, remote, { ...parts, tipRef: null });
  const follower = new RemoteFollower({
    ...{ installation, workspace: workspace.name, place, refs },
    clock: systemClock,
    random: Math.random,
  });
  return { worktree: follower, follower };
}

async function remotePlace(
  { branch }: Workspace,
  { url, credentials }: Remote,
  { place, reader, writer, refs, limits, tipRef }: MirrorParts & { readonly tipRef: string | null },
) {
  const { branchRef, fenceRef } = refs;
  const access = await accessTo({ url, credentials });
  return {
    url,
    branch,
    link: gitLink({ place, url, access, limits, branchRef, fenceRef }),
    copy: localCopy({ place, reader, writer, tipRef }),
  };
}
