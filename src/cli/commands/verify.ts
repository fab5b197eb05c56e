import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { Needs } from '../../app/needs.ts';
import type { Unverified } from '../../app/verify/try-verify-workspace.ts';
import { verifyAllOf } from '../../app/verify/verify-all.ts';
import { openOnePatch, type PatchReport } from '../../app/verify/verify-one-patch.ts';
import { type PublishedReport, verifyPublished } from '../../app/verify/verify-published.ts';
import type { VerifyOptions, VerifyReport } from '../../app/verify/verify-workspace.ts';
import type { Sha256 } from '../../core/digest.ts';
import { EXIT, type ExitCode, fail } from '../../core/errors.ts';
import { readPin } from '../../core/evidence/trust/trust-anchor.ts';
import { isPatchId } from '../../core/patch/id.ts';
import { type Context, withNeeds } from '../context.ts';
import type { Print } from '../print.ts';

interface VerifyFlags {
  readonly all?: true;
  readonly replay: boolean;
  readonly since: number;
  readonly new?: true;
  readonly repo?: string;
  readonly branch?: string;
  readonly trust?: string;
  readonly pin?: Sha256;
}

export function addVerify(program: Command, context: Context): void {
  program
    .command('verify')
    .description('hold what landed against the branch and against its signed evidence, offline')
    .argument('[what]', 'a patch, a commit, or a workspace; else all workspaces')
    .option('--all', 'all of them, as without a name')
    .option(
      '--no-replay',
      'believe the recorded trees; else each is computed again from the text of its patch',
    )
    .option(
      '--since <landing>',
      'compute trees and read evidence from this landing number on',
      readLanding,
      1,
    )
    .option('--new', 'as --since, from where everything was verified the last time')
    .option('--repo <path>', 'a repository alone, by the log that it has: no ledger is asked')
    .option('--branch <name>', 'with --repo: another than the one that is checked out')
    .option('--trust <file>', 'the trust file to hold signatures against, instead of the one here')
    .option(
      '--pin <digest>',
      'sha256:..., which the trust file has to have as one of its versions',
      readDigest,
    )
    .action((what: string | undefined, flags: VerifyFlags) =>
      context.run((print) => (flags.repo === undefined ? local : published)(context, print, { what, flags })),
    );
}

interface Asked {
  readonly what: string | undefined;
  readonly flags: VerifyFlags;
}

async function published({ host }: Context, print: Print, { flags }: Asked): Promise<ExitCode> {
  const report = await verifyPublished(await host.repositories(), {
    repo: resolve(host.cwd, flags.repo ?? '.'),
    branch: flags.branch ?? null,
    trustFile: await trustFile(host.cwd, flags),
    pinned: flags.pin ?? null,
  });
  print.answer(report, () => printFindings(print, report.branch, report, sayPublished(report)));
  if (report.problems.length > 0) return EXIT.integrity;
  return report.ok ? EXIT.ok : EXIT.unreachable;
}

async function local({ host }: Context, print: Print, { what, flags }: Asked): Promise<ExitCode> {
  const file = await trustFile(host.cwd, flags);
  return withNeeds(host, { kind: 'installation' }, async (opened) => {
    const trust = file === null ? opened.trust : { ...opened.trust, read: async () => file };
    const needs: Needs = { ...opened, trust };
    const isName = what === undefined || flags.all || (await needs.workspaces.find(what)) !== null;
    if (!isName && (isPatchId(what) || isCommitId(what))) return one(needs, print, { what, flags });
    return all(needs, print, { what: flags.all ? undefined : what, flags });
  });
}

async function one(needs: Needs, print: Print, { what, flags }: { what: string; flags: VerifyFlags }) {
  const report = await openOnePatch(needs, what, flags.pin ?? null);
  print.answer(report, () => printFindings(print, report.patch, report, sayPatch(report)));
  return report.ok ? EXIT.ok : EXIT.integrity;
}

async function all(needs: Needs, print: Print, { what, flags }: Asked): Promise<ExitCode> {
  const names = what === undefined ? (await needs.workspaces.list()).map((each) => each.name) : [what];
  const reports: Verified[] = [];
  for (const each of names)
    reports.push(
      await verifyAllOf(needs, each, {
        replay: flags.replay ? 'each' : 'none',
        since: flags.new ? 'new' : flags.since,
        pinned: flags.pin ?? null,
        progress: progressOf(print, each),
      }),
    );
  print.answer({ ok: reports.every(({ ok }) => ok), workspaces: reports }, () => {
    if (reports.length === 0) print.note('no workspaces, so nothing was verified');
    for (const report of reports) printReport(print, report);
  });
  return exitOf(reports);
}

type Verified = VerifyReport | Unverified;

/** What is known to differ is told before what is not known. */
function exitOf(reports: readonly Verified[]): ExitCode {
  if (reports.some((report) => !report.ok && !('unverified' in report))) return EXIT.integrity;
  return reports.every(({ ok }) => ok) ? EXIT.ok : EXIT.unreachable;
}

/** A second or a few, whatever is computed. */
const TOLD_EVERY = 500;

function progressOf(print: Print, name: string): VerifyOptions['progress'] {
  return (verified) => {
    if (verified % TOLD_EVERY === 0) print.note(`${name}: ${verified} landings verified`);
  };
}

function printReport(print: Print, report: Verified): void {
  const { workspace } = report;
  if ('unverified' in report) {
    print.text(`${workspace}: not verified: ${report.unverified.message}`);
    print.text(`${workspace}: hint: ${report.unverified.hint}`);
    return;
  }
  for (const note of report.notes) print.text(`${workspace}: ${note}`);
  printFindings(print, workspace, report, `${report.ok ? 'ok' : 'broken'}, ${sayCounts(report)}`);
}

/** What is not proven is told for people by its first few; all of it is in the document. */
const MOST_UNPROVEN = 5;

function printFindings(
  print: Print,
  name: string,
  { problems, unproven }: Pick<PatchReport, 'problems' | 'unproven'>,
  summary: string,
): void {
  for (const problem of problems) print.text(`${name}: ${problem}`);
  for (const each of unproven.slice(0, MOST_UNPROVEN)) print.text(`${name}: not proven: ${each}`);
  const more = unproven.length - MOST_UNPROVEN;
  if (more > 0) print.text(`${name}: not proven: and ${more} more`);
  print.text(`${name}: ${summary}`);
}

function sayCounts({ landed, commits, landing, others, accepted, replayed }: VerifyReport): string {
  const underWay = landing > 0 ? `, ${landing} landing now` : '';
  const foreign = others > 0 ? `, ${others} commits of others before or between` : '';
  const taken = accepted > 0 ? `, ${accepted} commits of another ledger, accepted` : '';
  return `${landed} landed patches, ${commits} commits, ${replayed} trees computed again${underWay}${foreign}${taken}`;
}

function sayPatch({ ok, commit, workspace }: PatchReport): string {
  const landed = commit === null ? 'not landed' : `landed as ${commit}`;
  return `${ok ? 'ok' : 'broken'}, ${landed} in ${workspace}`;
}

function sayPublished({ ok, problems, landings, origin }: PublishedReport): string {
  if (!ok && problems.length === 0) return 'not verified';
  return `${ok ? 'ok' : 'broken'}, ${landings} landings in the log ${origin ?? 'without a name'}`;
}

async function trustFile(cwd: string, { trust }: VerifyFlags): Promise<Uint8Array | null> {
  if (trust === undefined) return null;
  const path = resolve(cwd, trust);
  try {
    return await readFile(path);
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'no reason given';
    throw fail('input_invalid', { where: '--trust', problem: `${path} cannot be read: ${why}` });
  }
}

function isCommitId(text: string): boolean {
  return /^[0-9a-f]{7,64}$/.test(text);
}

function readDigest(text: string): Sha256 {
  const digest = readPin(text);
  if (digest === null) throw new InvalidArgumentError('Expected sha256: and 64 hexadecimal digits.');
  return digest;
}

function readLanding(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('Expected a landing number, from 1.');
  return Number(text);
}
