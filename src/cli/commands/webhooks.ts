import { type Command, InvalidArgumentError } from 'commander';
import type { WebhookView } from '../../app/webhooks/webhooks.ts';
import { EXIT, type ExitCode } from '../../core/errors.ts';
import type { WebhookAnswer } from '../../ports/webhooks.ts';
import type { Context } from '../context.ts';
import type { Print } from '../print.ts';

const WEBHOOKS = '/api/v1/webhooks';

export function addWebhookCommands(program: Command, context: Context): void {
  const webhooks = program.command('webhooks').description('who outside is told of events');
  webhooks
    .command('list')
    .description('all that webhooks.yml names, and how far each was told')
    .action(() => context.run((print) => list(context, print)));
  webhooks
    .command('test')
    .description('send one message now, that stands for no event')
    .argument('<name>')
    .action((name: string) => context.run((print) => test(context, print, name)));
  webhooks
    .command('replay')
    .description('tell one again; without --since it goes on where it stood, also after it was given up')
    .argument('<name>')
    .option('--since <position>', 'all that happened behind this position', positionOf)
    .action((name: string, { since = null }: { readonly since?: number | null }) =>
      context.run((print) => replay(context, print, { name, since })),
    );
}

async function list({ client }: Context, print: Print): Promise<ExitCode> {
  const { webhooks } = await client.get<{ readonly webhooks: readonly WebhookView[] }>(WEBHOOKS);
  print.answer({ webhooks }, () => {
    if (webhooks.length === 0) print.note('nobody outside is told of events');
    else print.table(['name', 'state', 'position', 'behind', 'place', 'next attempt'], webhooks.map(rowOf));
    for (const { name, disabled } of webhooks)
      if (disabled !== null) print.note(`${name} is given up since ${disabled.at}: ${disabled.why}`);
  });
  return EXIT.ok;
}

function rowOf({ name, state, position, behind, place, retryAt }: WebhookView): string[] {
  return [name, state, `${position}`, `${behind}`, place, retryAt ?? ''];
}

async function test({ client }: Context, print: Print, name: string): Promise<ExitCode> {
  const answer = await client.post<WebhookAnswer>(`${WEBHOOKS}/${encodeURIComponent(name)}/test`);
  print.answer(answer, () => print.note(`${name}: ${sayAnswer(answer)}`));
  return answer.kind === 'taken' ? EXIT.ok : EXIT.failed;
}

function sayAnswer(answer: WebhookAnswer): string {
  if (answer.kind === 'taken') return `it answered ${answer.status}`;
  return answer.kind === 'gone' ? 'it answered 410: it wants nothing any more' : answer.problem;
}

async function replay(
  { client }: Context,
  print: Print,
  { name, since }: { readonly name: string; readonly since: number | null },
): Promise<ExitCode> {
  const webhook = await client.post<WebhookView>(`${WEBHOOKS}/${encodeURIComponent(name)}/replay`, {
    headers: { 'content-type': 'application/json' },
    body: new TextEncoder().encode(JSON.stringify({ since })),
  });
  print.answer(webhook, () =>
    print.note(`${name} is told ${since === null ? 'on' : `again, behind ${since}`}`),
  );
  return EXIT.ok;
}

function positionOf(text: string): number {
  const position = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(position)) return position;
  throw new InvalidArgumentError('expected the position of an event, a whole number');
}
