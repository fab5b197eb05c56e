import type { GitPlace } from '../environment.ts';
import { commitId } from '../object-id.ts';
import { type Access, networkGit, whyNoAnswer } from './network-git.ts';
import { fetching } from './packs.ts';
import { readReport } from './push-report.ts';
import type { RemoteLink, RemoteRef } from './remote-link.ts';

/** How long each kind of call may take before it is ended by force. */
export interface NetworkLimits {
  readonly lookMs: number;
  /** A landing, or what others have landed since the last look. */
  readonly transferMs: number;
  /** The first copy. */
  readonly copyMs: number;
}

export const NETWORK_LIMITS: NetworkLimits = { lookMs: 30_000, transferMs: 300_000, copyMs: 3_600_000 };

export interface LinkParts {
  readonly place: GitPlace;
  readonly url: string;
  readonly access: Access;
  readonly limits: NetworkLimits;
  readonly branchRef: string;
  readonly fenceRef: string;
}

/** A server as git reaches it: one process for each call. */
export function gitLink({ place, url, access, limits, branchRef, fenceRef }: LinkParts): RemoteLink {
  const refs: Readonly<Record<RemoteRef, string>> = { branch: branchRef, fence: fenceRef };
  return {
    async look() {
      const args = ['ls-remote', '--quiet', '--end-of-options', url, branchRef, fenceRef];
      const end = await networkGit({ place, access, args, limitMs: limits.lookMs });
      if (end.exitCode !== 0) return whyNoAnswer(end);
      const ids = new Map(
        end.stdout.split('\n').map((line) => line.split('\t').reverse() as [string, string]),
      );
      const branch = ids.get(branchRef);
      return {
        kind: 'seen',
        branch: branch === undefined ? null : commitId(branch),
        fence: ids.get(fenceRef) ?? null,
      };
    },
    async fetch(wanted) {
      const options = [
        '--quiet',
        '--no-tags',
        '--no-write-fetch-head',
        '--no-auto-maintenance',
        '--no-recurse-submodules',
      ];
      const args = ['fetch', ...options, '--end-of-options', url, ...wanted.map((ref) => refs[ref])];
      const end = await fetching(place.gitDir, () =>
        networkGit({ place, access, args, limitMs: limits.transferMs }),
      );
      return end.exitCode === 0 ? { kind: 'fetched' } : whyNoAnswer(end);
    },
    async push(updates) {
      // An empty expectation is a lease too: the ref must not exist.
      const leases = updates.map(({ ref, from }) => `--force-with-lease=${refs[ref]}:${from ?? ''}`);
      const specs = updates.map(({ ref, to }) => `${to}:${refs[ref]}`);
      const options = ['--atomic', '--porcelain', '--no-verify', '--no-follow-tags', '--no-signed'];
      const args = ['push', ...options, ...leases, '--end-of-options', url, ...specs];
      const end = await networkGit({ place, access, args, limitMs: limits.transferMs });
      const pushed = updates.map(({ ref }) => refs[ref]);
      return readReport(end, pushed, { scheme: access.scheme });
    },
  };
}
