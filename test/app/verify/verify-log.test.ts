import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkCheckpoint } from '../../../src/app/verify/verify-log.ts';
import { sha256 } from '../../../src/core/digest.ts';
import { checkpointText } from '../../../src/core/evidence/log/checkpoint.ts';
import { signNote } from '../../../src/core/evidence/log/note.ts';
import { logOrigin } from '../../../src/core/evidence/log-files.ts';
import { firstTrust } from '../../../src/core/evidence/trust/next-trust.ts';
import type { TrustedKey } from '../../../src/core/evidence/trust/trust.ts';
import { attest, keptOf, land } from '../../world/evidence.ts';
import { lineFor } from '../../world/line.ts';

const DAY_MS = 24 * 3_600_000;

describe('A published checkpoint', () => {
  it('counts by what its key may sign, and says which key may not', async (test) => {
    const line = await lineFor(test);
    const [id] = await land(line, 1);
    await attest(line);
    assert.ok(id);
    const { bytes } = await keptOf(line, id);
    const [key] = await line.needs.evidenceSigner.keys();
    assert.ok(key);
    const name = logOrigin('here', 'main');
    const note = signNote(checkpointText({ origin: name, size: 1, root: sha256('root') }), { ...key, name });
    const log = { checkpoint: Buffer.from(note), bundle: async () => bytes };
    const trust = firstTrust('here', key, 1);
    const check = async (changed: Partial<TrustedKey>) => {
      const keys = trust.keys.map((each) => ({ ...each, ...changed }));
      const checked = await checkCheckpoint(log, { ...trust, keys }, 'main');
      return checked.kind === 'signed' ? 'signed' : checked.problem;
    };
    const at = (ms: number) => new Date(line.clock.now() + ms).toISOString();
    assert.equal(await check({}), 'signed');
    assert.equal(await check({ until: at(DAY_MS) }), 'signed', 'it could sign what landed then');
    assert.match(
      await check({ until: at(-DAY_MS) }),
      /key [0-9a-f]{16} signed until .*, and this was signed at/,
    );
    assert.match(await check({ revoked: at(DAY_MS) }), /signed by key [0-9a-f]{16}, which was revoked at/);
    assert.match(await check({ workspaces: ['other'] }), /does not sign for main/);
    assert.match(await check({ publicKey: '' }), /not signed by keys of the trust file alone/);
  });
});
