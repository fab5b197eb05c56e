import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { verifyAudit } from '../../../src/app/verify/verify-audit.ts';
import { verifyWorkspace } from '../../../src/app/verify/verify-workspace.ts';
import { isOver } from '../../../src/core/patch/patch.ts';
import type { Acknowledged } from '../../../test/world/history/line-history.ts';
import { readLineHistory } from '../../../test/world/history/read-line-history.ts';
import { violationsIn } from '../../../test/world/history/violations.ts';
import type { Installation } from '../../../test/world/installation.ts';
import { gitText } from '../history.ts';
import { workspaceName } from './invented-patch.ts';
import type { Receipts } from './receipts.ts';
import { leftRunning } from './victims.ts';

export interface Verified {
  /** What `ghost verify`, `ghost audit verify`, git and the receipts say against it. Empty when all is well. */
  readonly problems: readonly string[];
  /** What processes that died left lying about and nobody took away. */
  readonly litter: readonly string[];
}

/** Asks everything that can be asked of an installation that has come to rest. */
export async function verifyAll(
  installation: Installation,
  of: {
    readonly folder: string;
    readonly workspaces: number;
    readonly receipts: Receipts;
    readonly tell: (text: string) => void;
  },
): Promise<Verified> {
  const problems: string[] = [];
  for (let at = 0; at < of.workspaces; at += 1) {
    const name = workspaceName(at);
    of.tell(`verifying ${name}`);
    const report = await verifyWorkspace(installation.needs, name);
    const unaccounted = await missing(installation, of.receipts.of(name));
    const history = await readLineHistory(installation.needs, name, of.receipts.of(name));
    const violations = violationsIn(history).map(({ guarantee, problem }) => `${guarantee}: ${problem}`);
    const damage = lines(
      gitText(join(of.folder, `${name}.git`), ['fsck', '--strict', '--no-dangling', '--no-progress']),
    );
    problems.push(
      ...[...report.problems, ...violations, ...unaccounted, ...damage].map(
        (problem) => `${name}: ${problem}`,
      ),
    );
  }
  of.tell('verifying the audit log');
  problems.push(...(await verifyAudit(installation.needs)).problems);
  return { problems, litter: litterOf(installation, of.folder) };
}

/** A receipt is kept when its patch is there, unaltered, and over. */
async function missing({ needs }: Installation, receipts: readonly Acknowledged[]): Promise<string[]> {
  const problems: string[] = [];
  for (const { id, key, digest } of receipts) {
    const patch = await needs.ledger.find(id);
    if (patch === null) problems.push(`${id} was acknowledged and is not in the ledger`);
    else if (patch.digest !== digest || patch.idempotencyKey !== key)
      problems.push(`${id} was acknowledged as ${key} with ${digest}, stored is ${JSON.stringify(patch)}`);
    else if (!isOver(patch.state)) problems.push(`${id} was acknowledged and is still ${patch.state.name}`);
  }
  return problems;
}

function litterOf({ config: { home } }: Installation, folder: string): string[] {
  return [
    ...leftRunning(folder),
    ...named(home.scratch)
      .filter((name) => !name.startsWith(`${process.pid}-`))
      .map((name) => `scratch/${name}`),
    ...named(home.heartbeats)
      .filter((name) => !name.startsWith('.'))
      .map((name) => `_heartbeat/${name}`),
    ...[home.summaries, home.outputs].flatMap((where) =>
      named(where).filter((name) => name.endsWith('.tmp')),
    ),
    ...large(`${home.ledgerFile}-wal`),
  ];
}

function named(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** SQLite begins its log anew once it has been copied into the file; it stays as large as it once had to be. */
const LARGE_BYTES = 64 * 1024 * 1024;

function large(file: string): readonly string[] {
  const { size = 0 } = statSync(file, { throwIfNoEntry: false }) ?? {};
  return size > LARGE_BYTES ? [`${file} has ${size} bytes`] : [];
}

function lines(text: string): readonly string[] {
  return text.split('\n').filter(Boolean);
}
