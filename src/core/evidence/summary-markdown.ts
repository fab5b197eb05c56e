import type { CheckSource } from '../gate/check.ts';
import { sayCircumstances, sayEnding } from '../gate/say-verdict.ts';
import { approvalsMarkdown } from './approvals-summary.ts';
import { picturesMarkdown } from './pictures-markdown.ts';
import type { Summary } from './summary.ts';
import { termsMarkdown } from './terms-markdown.ts';

/** The summary as people read it. Everything that came from a patch or a check is quoted, so that it stays text. */
export function summaryMarkdown(summary: Summary): string {
  const { patch, outcome } = summary;
  const sections = [
    `# ${heading(summary)}`,
    facts([
      ['Patch', code(patch.id)],
      ['Title', code(patch.title)],
      ['Workspace', code(patch.workspace)],
      ['Author', `${code(patch.author)}, by ${patch.origin}`],
      ['Accepted', patch.acceptedAt],
      ['Ended', outcome.endedAt],
      ['Outcome', [outcome.state, outcome.reason].filter(Boolean).join(': ')],
      ['Detail', outcome.detail && code(outcome.detail)],
      [
        'Series',
        patch.series && `${patch.series.index} of ${patch.series.of}, first ${code(patch.series.first)}`,
      ],
      ['Body', `${patch.sizeBytes} bytes of ${patch.format}, sha256 ${code(patch.digest)}`],
    ]),
    termsMarkdown(summary.terms, code),
    landing(summary),
    paths(summary),
    gates(summary),
    approvalsMarkdown(summary.approvals, code),
    summary.repair === null ? faults(summary) : repair(summary.repair),
    timeline(summary),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function heading({ patch, outcome, landing }: Summary): string {
  return landing === null
    ? `${patch.id} ${outcome.state}`
    : `${patch.id} landed as ${landing.commit.slice(0, 12)}${landing.takenOff === null ? '' : ', taken off the branch'}`;
}

function landing({ landing: at, gates }: Summary): string {
  if (at === null) return '';
  const { takenOff: off } = at;
  const waived = gates.at(-1)?.verdicts.length === 0;
  return `## Landing\n\n${facts([
    ['Commit', code(at.commit)],
    [waived ? 'Tree, read back' : 'Tree, gated and read back', code(at.tree)],
    ['Base', code(at.base)],
    ['Landing number', String(at.landingSeq)],
    ['Fencing token', String(at.token)],
    ['Work tree', at.worktree],
    [
      'Commit signed by',
      at.signedBy === null ? 'nobody: it landed before commits were signed' : code(at.signedBy),
    ],
    ['Attested', attestation(at)],
    ['Taken off the branch', off && `accepted by ${code(off.by)} at ${off.at}: ${code(off.reason)}`],
  ])}`;
}

function attestation({ attested, signedBy }: NonNullable<Summary['landing']>): string | null {
  if (attested !== null) return `leaf ${attested.leaf} of the log, bundle sha256 ${code(attested.bundle)}`;
  return signedBy === null ? null : 'not yet';
}

function paths({ paths: changed }: Summary): string {
  if (changed.length === 0) return '';
  const rows = changed.map(
    ({ path, before, after }) => `| ${code(path)} | ${digest(before)} | ${digest(after)} |`,
  );
  return ['## Paths', '', '| path | before | after |', '| --- | --- | --- |', ...rows].join('\n');
}

function digest(content: Summary['paths'][number]['before']): string {
  return content === null ? 'nothing' : `${content.mode} sha256 ${code(content.sha256.slice(0, 16))}`;
}

function gates({ gates: asked, patch }: Summary): string {
  return asked
    .map(({ attempt, tree, verdicts, fits, skipped, weakened }) =>
      [
        `## Gate${asked.length > 1 ? `, attempt ${attempt}` : ''}`,
        '',
        `On tree ${code(tree)}.${placed(fits)}`,
        '',
        ...(verdicts.length === 0
          ? ['**Waived**: no check was run.']
          : verdicts.flatMap((one) => [...verdict(one), ...picturesMarkdown(patch.id, one)])),
        ...skipped.map(
          ({ check, source, why }) => `- **skipped** ${code(check)} (${SIDES[source]}): ${code(why)}`,
        ),
        ...(weakened.length === 0 ? [] : ['', 'By the ghost.yml that it leaves behind:', '']),
        ...weakened.map((what) => `- ${code(what)}`),
      ].join('\n'),
    )
    .join('\n\n');
}

const SIDES: Readonly<Record<CheckSource, string>> = {
  policy: "the server's policy",
  workspace: 'the workspace',
  patch: 'brought by the patch',
};

/** Which files were placed otherwise than byte by byte. */
function placed(fits: Summary['gates'][number]['fits']): string {
  const loose = fits.filter(({ fit }) => fit !== 'exact').map(({ path, fit }) => `${code(path)} (${fit})`);
  return loose.length === 0 ? '' : ` Not placed byte by byte: ${loose.join(', ')}.`;
}

function verdict(one: Summary['gates'][number]['verdicts'][number]): string[] {
  const ending = [sayEnding(one), ...sayCircumstances(one)].join('; ');
  const asked = one.source === undefined ? '' : ` (${SIDES[one.source]})`;
  const does = one.argv.length === 0 ? (one.kind ?? 'command') : code(one.argv.join(' '));
  const line = `- **${one.verdict}** ${code(one.check)}${asked}: ${does}, ${ending}, ${one.durationMs} ms, isolation level ${one.isolation ?? 'not needed'}, output ${one.output.bytes} bytes${one.output.truncated ? ' (cut)' : ''}, sha256 ${code(one.output.sha256.slice(0, 16))}`;
  return one.verdict === 'pass' || one.output.tail === '' ? [line] : [line, '', fenced(one.output.tail), ''];
}

function repair({ text, round, roundsLeft }: NonNullable<Summary['repair']>): string {
  return [`## To repair (${round} before, ${roundsLeft} left)`, '', fenced(text)].join('\n');
}

/** A failed check is told with the gate. */
function faults({ faults: all, gates: asked }: Summary): string {
  const found = all.filter((fault) => fault.code !== 'check_failed' || asked.length === 0);
  if (found.length === 0) return '';
  const items = found.map(
    ({ code: name, message, hint }) => `- **${name}** ${code(message)}\n  ${code(hint)}`,
  );
  return ['## Faults', '', ...items].join('\n');
}

function timeline({ timeline: events }: Summary): string {
  const rows = events.map(
    ({ n, at, event, actor, hash }) =>
      `| ${n} | ${at} | ${event} | ${code(actor)} | ${code(hash.slice(0, 16))} |`,
  );
  return [
    '## Ledger entries',
    '',
    '| n | at | event | actor | hash |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function facts(pairs: readonly (readonly [string, string | null])[]): string {
  return [
    '| | |',
    '| --- | --- |',
    ...pairs
      .filter(([, value]) => value !== null && value !== '')
      .map(([name, value]) => `| ${name} | ${value} |`),
  ].join('\n');
}

/**
 * An inline code span that its content cannot leave: one line, a fence longer than any run of backticks inside, and a
 * broken bar for each pipe, which would end a table's cell even here. The exact text is in the JSON beside it.
 */
function code(text: string): string {
  const line = text.replace(/\s+/g, ' ').replaceAll('|', '¦');
  const fence = '`'.repeat(longestRun(line) + 1);
  return fence.length === 1 ? `\`${line}\`` : `${fence} ${line} ${fence}`;
}

function fenced(text: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}text\n${text.endsWith('\n') ? text : `${text}\n`}${fence}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
