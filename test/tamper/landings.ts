import { attestLandings } from '../../src/app/evidence/attest-landings.ts';
import { keepTrust } from '../../src/app/evidence/keep-trust.ts';
import { writeLog } from '../../src/app/evidence/write-log.ts';
import { type KnownLeaves, leavesOf } from '../../src/app/verify/verify-one-patch.ts';
import type { Sha256 } from '../../src/core/digest.ts';
import { newestVersion } from '../../src/core/evidence/trust/trust-file.ts';
import type { PatchId } from '../../src/core/patch/id.ts';
import { aRepository } from '../world/git.ts';
import { aLine, type TestLine } from '../world/line.ts';

export interface Landings {
  readonly line: TestLine;
  readonly ids: readonly PatchId[];
  readonly leaves: KnownLeaves;
  /** Of the trust file, as somebody would pin it. */
  readonly pinned: Sha256;
}

/** Most landings are looked at by a check that starts nothing; each tenth runs a command, whose output is kept. */
const GATE = `checks:
  - name: text
    kind: text
  - name: prints
    run: [cat, CHANGED]
    paths: ["printed/**"]
`.replace('CHANGED', 'ghost.yml');
const PRINTED_EACH = 10;

/** So many patches, landed by the real thing on a real repository, attested, and published in its log. */
export async function makeLandings(count: number, told: (landed: number) => void): Promise<Landings> {
  const line = await aLine({ repository: aRepository({ 'ghost.yml': GATE, 'a.txt': 'a\n' }) });
  const ids: PatchId[] = [];
  for (let number = 1; number <= count; number++) {
    const { patch } = await line.submit(
      newFile(number),
      number % 7 === 0 ? { idempotencyKey: `k${number}` } : {},
    );
    await line.next();
    const { state } = await line.find(patch.id);
    if (state.name !== 'landed') throw new Error(`${patch.id} is ${JSON.stringify(state)}`);
    ids.push(patch.id);
    if (number % 100 === 0 || number === count) await publish(line);
    told(number);
  }
  const { versions } = await keepTrust(line.needs);
  const leaves = await leavesOf(line.needs, 'main');
  return { line, ids, leaves, pinned: newestVersion(versions).digest };
}

async function publish({ needs, holding }: TestLine): Promise<void> {
  const attested = await attestLandings(needs, holding, null);
  if (attested.kind !== 'attested') throw new Error(`not attested: ${attested.kind}`);
  const written = await writeLog(needs, holding, (attested.debt.last?.leaf ?? -1) + 1);
  if (written.kind !== 'written') throw new Error(`the log was not written: ${JSON.stringify(written)}`);
}

function newFile(number: number): string {
  const folder = number % PRINTED_EACH === 1 ? 'printed' : `f${number % 50}`;
  return `--- /dev/null\n+++ b/${folder}/file-${number}.txt\n@@ -0,0 +1 @@\n+content ${number}\n`;
}
