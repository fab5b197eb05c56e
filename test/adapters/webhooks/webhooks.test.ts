import assert from 'node:assert/strict';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { yamlReader } from '../../../src/adapters/files/yaml.ts';
import { httpWebhooks } from '../../../src/adapters/webhooks/webhooks.ts';
import { newSecret } from '../../world/receiver.ts';
import { temporaryDirectory } from '../files/temporary.ts';

it('a secret file that is a link is not followed, wherever it leads', async (t) => {
  const folder = await temporaryDirectory(t);
  const file = join(folder, 'webhooks.yml');
  await writeFile(file, 'webhooks: [{name: bot, url: "https://example.org/", secretFile: link}]\n');
  await writeFile(join(folder, 'bot.secret'), newSecret(), { mode: 0o600 });
  await symlink('bot.secret', join(folder, 'link'));
  const webhooks = httpWebhooks({ file, yaml: yamlReader, version: '0', now: () => 0 });
  const [endpoint] = await webhooks.endpoints();
  assert.ok(endpoint);
  const answer = await webhooks.send(endpoint, { id: 'm', body: '{}' }, new AbortController().signal);
  assert.deepEqual(answer, {
    ...{ kind: 'failed', retryAfterMs: null },
    problem: 'its secret file link is a link, which is not followed',
  });
});
