import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkLedgerOf } from '../../src/main/check-ledger.ts';
import { readConfig } from '../../src/main/config.ts';
import { examineAll } from '../../src/main/doctor.ts';
import { measureHealth } from '../../src/main/measure.ts';
import { hasCode } from '../conformance/given.ts';
import { installationSettings } from '../world/installation.ts';

const PACKAGE_ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Nobody listens at the port of that name. */
function settingsFor(t: TestContext) {
  const settings = installationSettings();
  t.after(() => rmSync(settings.GHOST_HOME ?? '', { recursive: true, force: true }));
  return { ...settings, GHOST_LEDGER: 'mongodb://u:correct-horse@127.0.0.1:9/ghost' };
}

describe('a ledger in MongoDB that is away', { concurrency: true }, () => {
  it('makes the whole unhealthy for whoever asks, and everything else is told as well', async (t) => {
    const { health, components } = await measureHealth(readConfig(settingsFor(t), PACKAGE_ROOT));
    const told = new Map(components.map(({ component, ...one }) => [component, one]));
    assert.deepEqual(
      [health, told.get('ledger')?.health, told.get('files')?.health],
      ['unhealthy', 'unhealthy', 'healthy'],
    );
    assert.match(told.get('ledger')?.reason ?? '', /ECONNREFUSED/);
    assert.equal(JSON.stringify(components).includes('correct-horse'), false);
  });

  it('is refused by the doctor with the reason, not with the patience of the doctor', async (t) => {
    const { diagnoses } = await examineAll(settingsFor(t), PACKAGE_ROOT);
    const { state, saw } = diagnoses.find(({ what }) => what === 'ledger') ?? {};
    assert.equal(state, 'refused');
    assert.match(saw ?? '', /ECONNREFUSED/);
  });

  it('is not taken for a broken one', async (t) => {
    const config = readConfig(settingsFor(t), PACKAGE_ROOT);
    await assert.rejects(checkLedgerOf(config, null), hasCode('ledger_unavailable'));
  });
});
