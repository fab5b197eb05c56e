import { type Command, InvalidArgumentError } from 'commander';
import { keepTrust } from '../../app/evidence/keep-trust.ts';
import { revokeKey } from '../../app/evidence/revoke-key.ts';
import { rememberTrust } from '../../app/verify/trusting.ts';
import { EXIT } from '../../core/errors.ts';
import type { TrustedKey } from '../../core/evidence/trust/trust.ts';
import { newestVersion } from '../../core/evidence/trust/trust-file.ts';
import { type Context, withNeeds } from '../context.ts';

export function addTrustCommands(program: Command, context: Context): void {
  const { host, run } = context;
  const trust = program
    .command('trust')
    .description('the trust file: whose signatures count, and from when to when');
  trust
    .command('show')
    .description('its newest version, and the keys in it')
    .action(() =>
      run(async (print) => {
        const { versions } = await withNeeds(host, { kind: 'installation' }, keepTrust);
        const { trust: newest, digest } = newestVersion(versions);
        print.answer({ digest: `sha256:${digest}`, ...newest }, () => {
          print.text(`version ${newest.version} of ${newest.madeAt}, sha256:${digest}`);
          print.table(['KEY', 'FROM', 'UNTIL', 'REVOKED', 'FOR'], newest.keys.map(rowOf));
        });
        return EXIT.ok;
      }),
    );
  trust
    .command('pin')
    .description('the digest of its newest version, which is taken for seen from now on')
    .action(() =>
      run(async (print) => {
        const digest = await withNeeds(host, { kind: 'installation' }, async (needs) => {
          const newest = newestVersion((await keepTrust(needs)).versions);
          await rememberTrust(needs, newest);
          return newest.digest;
        });
        print.answer({ digest: `sha256:${digest}` }, () => print.text(`sha256:${digest}`));
        return EXIT.ok;
      }),
    );
  trust
    .command('revoke')
    .description('make what a key signed from a moment on count for nothing')
    .argument('<key>', 'its id, or the beginning of it')
    .requiredOption('--since <time>', 'in RFC 3339, as 2026-11-23T12:00:00Z', readTime)
    .action((key: string, { since }: { readonly since: number }) =>
      run(async (print) => {
        const revoked = await withNeeds(host, { kind: 'installation' }, (needs) =>
          revokeKey(needs, { key, since }),
        );
        print.answer(revoked, () => print.text(`version ${revoked.version}: ${revoked.keyId} is revoked`));
        return EXIT.ok;
      }),
    );
}

function rowOf({ keyId, from, until, revoked, workspaces }: TrustedKey): readonly string[] {
  const whose = workspaces === null ? 'all workspaces' : workspaces.join(', ');
  return [keyId.slice(0, 16), from ?? 'the first', until ?? '-', revoked ?? '-', whose];
}

function readTime(text: string): number {
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw new InvalidArgumentError('Expected a time such as 2026-11-23T12:00:00Z.');
  return at;
}
