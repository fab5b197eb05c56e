import { GhostError } from '../../core/errors.ts';
import { canonicalJson, type Json } from '../../core/json.ts';
import { type Entry, SYSTEM_CHAIN } from '../../core/ledger/entry.ts';
import { jsonOf } from '../../core/ledger/json-of.ts';
import { foldToken, foldWorkspace, type ToldToken, workspaceAfter } from '../../core/ledger/register-fold.ts';
import type { Workspace } from '../../core/workspace.ts';
import type { LedgerPorts } from '../../ports/ledger-ports.ts';
import type { TokenRecord } from '../../ports/tokens.ts';
import { ledgerOlder } from '../branch-problem.ts';
import type { Needs } from '../needs.ts';
import { unknownCommits } from '../verify/unknown-commits.ts';
import { verifyPatches } from '../verify/verify-patches.ts';
import { checkOutbox } from './check-outbox.ts';

/** Only what is read is asked for, so that a ledger in memory is checked by the same lines. */
export type CheckedContents = LedgerPorts & Pick<Needs, 'repositories'>;

export interface CheckedCounts {
  chains: number;
  entries: number;
  patches: number;
  workspaces: number;
}

interface Findings {
  readonly counts: CheckedCounts;
  readonly problems: string[];
}

/**
 * Reads all of a ledger and holds it against itself and against the fences: every chain, every patch, the registers,
 * the outbox, the tokens of leases. What cannot be read is told, and the rest is read all the same. It may run while
 * others write.
 */
export async function checkContents(needs: CheckedContents): Promise<Findings> {
  const findings: Findings = { counts: { chains: 0, entries: 0, patches: 0, workspaces: 0 }, problems: [] };
  const heads = await attempt(findings, 'the heads of the chains', () => needs.chains.heads());
  for (const { chain } of heads ?? [])
    await attempt(findings, `chain ${chain}`, () => checkChain(needs, chain, findings));
  await attempt(findings, 'the outbox', () => readOutbox(needs, findings));
  const workspaces = await attempt(findings, 'the register of workspaces', () => needs.workspaces.list());
  for (const workspace of workspaces ?? []) {
    findings.counts.workspaces += 1;
    await attempt(findings, `the fence of ${workspace.name}`, () => checkFence(needs, workspace, findings));
  }
  return findings;
}

async function checkChain(needs: CheckedContents, chain: string, findings: Findings): Promise<void> {
  const { counts, problems } = findings;
  const tokens = new Set<string>();
  let told: Workspace | null = null;
  counts.chains += 1;
  await verifyPatches(needs, chain, {
    patch: async () => {
      counts.patches += 1;
    },
    entry: (entry) => {
      told = workspaceAfter(told, entry);
      if (entry.type.startsWith('token.')) tokens.add(entry.subject);
    },
    problem: (problem) => void problems.push(`chain ${chain}: ${problem}`),
  });
  if (chain === SYSTEM_CHAIN) await compareTokens(needs, tokens, problems);
  else if (!isSame(told, await needs.workspaces.find(chain))) problems.push(...(await atRest(needs, chain)));
}

/** Something may have been registered between the two looks: then a second one finds both the same. */
async function atRest(needs: CheckedContents, name: string): Promise<string[]> {
  const isOfRegister = ({ chain, type }: Entry) => chain === name && type.startsWith('workspace.');
  const told = foldWorkspace((await needs.chains.entriesAbout(name)).filter(isOfRegister));
  const found = await needs.workspaces.find(name);
  return isSame(told, found)
    ? []
    : [`workspace ${name}: the register has ${say(found)}, its chain tells ${say(told)}`];
}

async function compareTokens(
  needs: CheckedContents,
  told: ReadonlySet<string>,
  problems: string[],
): Promise<void> {
  const found = (await needs.tokens.list()).map(({ id }) => id);
  for (const id of new Set([...told, ...found])) {
    const about = (await needs.chains.entriesAbout(id)).filter(({ chain }) => chain === SYSTEM_CHAIN);
    const [tells, has] = [foldToken(about), factsOf(await needs.tokens.find(id))];
    if (!isSame(has, tells))
      problems.push(`token ${id}: the register has ${say(has)}, its chain tells ${say(tells)}`);
  }
}

function factsOf(token: TokenRecord | null): ToldToken | null {
  if (token === null) return null;
  const { subject, role, expiresAt, revokedAt } = token;
  return { subject, role, expiresAt, revokedAt };
}

/** The heads are read around it, since both grow. */
async function readOutbox(needs: CheckedContents, { counts, problems }: Findings): Promise<void> {
  const total = async () => (await needs.chains.heads()).reduce((sum, { n }) => sum + n, 0);
  const before = await total();
  counts.entries = await checkOutbox(needs, (problem) => problems.push(`the outbox: ${problem}`));
  const after = await total();
  if (counts.entries < before || counts.entries > after)
    problems.push(`the outbox: it tells ${counts.entries} entries, and the chains have ${after}`);
}

/** The fence is read first: a token is in the ledger before any fence shows it. */
async function checkFence(
  needs: CheckedContents,
  workspace: Workspace,
  { problems }: Findings,
): Promise<void> {
  const open = await needs.repositories.open(workspace);
  try {
    const mark = await open.destination.fence();
    const known = (await needs.leaser.find(workspace.name))?.token ?? 0;
    if (mark === null) return;
    if (mark.installation !== open.destination.installation)
      problems.push(`workspace ${workspace.name}: its branch is fenced by installation ${mark.installation}`);
    else if (mark.workspace === workspace.name && mark.token > known) {
      const commits = await unknownCommits(needs, { workspace, open });
      problems.push(`workspace ${workspace.name}: ${ledgerOlder(workspace, { mark, known }, commits)}`);
    }
  } finally {
    await open.repository.close();
  }
}

async function attempt<T>({ problems }: Findings, what: string, act: () => Promise<T>): Promise<T | null> {
  try {
    return await act();
  } catch (error) {
    problems.push(`${what} cannot be checked to the end: ${sayError(error)}`);
    return null;
  }
}

/** What is not ours carries a stack where it crossed a thread. */
function sayError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error instanceof GhostError ? error.message : (error.message.split('\n')[0] ?? '');
}

function isSame(one: object | null, other: object | null): boolean {
  return canonicalJson(plain(one)) === canonicalJson(plain(other));
}

function say(value: object | null): string {
  return value === null ? 'nothing' : canonicalJson(plain(value));
}

function plain(value: object | null): Json {
  return value && jsonOf(value);
}
