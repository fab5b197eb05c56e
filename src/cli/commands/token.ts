import { type Command, Option } from 'commander';
import { issueToken, revokeToken } from '../../app/issue-token.ts';
import type { Needs } from '../../app/needs.ts';
import { EXIT, type ExitCode } from '../../core/errors.ts';
import { ROLES, type Role } from '../../core/role.ts';
import type { TokenRecord } from '../../ports/tokens.ts';
import { type Context, withNeeds } from '../context.ts';
import { durationOption } from '../options.ts';
import type { Print } from '../print.ts';

interface CreateOptions {
  readonly subject: string;
  readonly role: Role;
  readonly ttl: number;
}

export function addTokenCommands(program: Command, context: Context): void {
  const token = program.command('token').description('bearer tokens for the HTTP API');
  const local = (act: (needs: Needs, print: Print) => Promise<ExitCode>) =>
    context.run((print) => withNeeds(context.host, { kind: 'installation' }, (needs) => act(needs, print)));
  const actor = context.host.user;

  token
    .command('create')
    .description('issue one; it is printed once and kept nowhere')
    .requiredOption('--subject <name>', 'who it is for; becomes the author of what it submits')
    .addOption(new Option('--role <role>', 'what it may do').choices([...ROLES]).makeOptionMandatory())
    .addOption(durationOption('--ttl <duration>', 'how long it holds', '30d'))
    .action((options: CreateOptions) => local((needs, print) => create(needs, print, { ...options, actor })));
  token
    .command('list')
    .description('all that were issued')
    .action(() => local(list));
  token
    .command('revoke')
    .description('refuse one from now on')
    .argument('<id>')
    .action((id: string) =>
      local(async (needs, print) => {
        await revokeToken(needs, { id, actor });
        print.answer({ revoked: id }, () => print.note(`revoked ${id}`));
        return EXIT.ok;
      }),
    );
}

async function create(
  needs: Needs,
  print: Print,
  { subject, role, ttl, actor }: CreateOptions & { readonly actor: string },
): Promise<ExitCode> {
  const { record, token } = await issueToken(needs, { subject, role, ttlMs: ttl, actor });
  print.answer({ ...viewToken(record), token }, () => {
    print.note(`${record.id} for ${subject} as ${role}, until ${new Date(record.expiresAt).toISOString()}`);
    print.text(token);
  });
  return EXIT.ok;
}

async function list(needs: Needs, print: Print): Promise<ExitCode> {
  const tokens = (await needs.tokens.list()).map(viewToken);
  print.answer({ tokens }, () =>
    print.table(
      ['token', 'subject', 'role', 'expires', 'revoked'],
      tokens.map(({ id, subject, role, expiresAt, revokedAt }) => [
        id,
        subject,
        role,
        expiresAt,
        revokedAt ?? '',
      ]),
    ),
  );
  return EXIT.ok;
}

function viewToken({ issuedAt, expiresAt, revokedAt, ...record }: TokenRecord) {
  const text = (at: number) => new Date(at).toISOString();
  return {
    ...record,
    issuedAt: text(issuedAt),
    expiresAt: text(expiresAt),
    revokedAt: revokedAt === null ? null : text(revokedAt),
  };
}
