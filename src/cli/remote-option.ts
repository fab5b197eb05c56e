import { resolve } from 'node:path';
import type { RemoteRequest } from '../app/place-of-workspace.ts';
import { fail } from '../core/errors.ts';
import { readRemoteUrl } from '../core/remote-url.ts';
import type { CliHost } from './host.ts';

export interface PlaceOptions {
  readonly repo: string;
  readonly follower?: true;
  readonly credentials?: string;
}

/** What `--repo` and the options that go with a remote say: a path of this machine, or a remote. */
export function readPlace(
  options: PlaceOptions,
  { cwd, clock, tell }: Pick<CliHost, 'cwd' | 'clock'> & { readonly tell: (line: string) => void },
): { readonly repo: string; readonly remote: RemoteRequest | null } {
  const read = readRemoteUrl(options.repo);
  const { follower, credentials } = options;
  if (read.kind === 'refused') throw fail('remote_url_invalid', { problem: read.problem });
  if (read.kind === 'path') {
    const stray = [follower && '--follower', credentials && '--credentials'].find((option) => option);
    if (stray)
      throw fail('input_invalid', { where: stray, problem: 'it goes with a remote, and --repo is a path' });
    return { repo: resolve(cwd, options.repo), remote: null };
  }
  const remote = {
    url: read.url,
    writers: follower ? ('ghost' as const) : ('others' as const),
    credentials: credentials === undefined ? null : resolve(cwd, credentials),
    progress: calmly(tell, clock),
  };
  return { repo: read.url, remote };
}

const CALM_MS = 1_000;

/** git tells each percent; of these one a second is enough. */
function calmly(tell: (line: string) => void, clock: CliHost['clock']): (line: string) => void {
  let toldAt = Number.NEGATIVE_INFINITY;
  return (line) => {
    const isStep = /\d% \(/.test(line) && !line.includes('done');
    if (isStep && clock.monotonic() < toldAt + CALM_MS) return;
    if (isStep) toldAt = clock.monotonic();
    tell(line);
  };
}
