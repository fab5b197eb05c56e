import type { TermsSummary } from './terms-summary.ts';

/** What the patch was held to. @param code quotes what came from outside */
export function termsMarkdown(
  { phase, flags, watched }: TermsSummary,
  code: (text: string) => string,
): string {
  if (phase === null && flags.length === 0 && watched === null) return '';
  const lines = [
    ...(phase === null ? [] : [`- phase ${code(phase)}`]),
    ...flags.map(({ flag, outcome, says }) => `- **${outcome}** ${flag}: ${code(says)}`),
    ...(watched?.services ?? []).map(
      ({ check, url, answers, detail }) =>
        `- service ${code(check)} at ${code(url)}, asked again after the landing: ${answers ? 'answers' : `**${answers === null ? 'unknown' : 'silent'}**, ${code(detail)}`}`,
    ),
    ...(watched === null ? [] : takenBack(watched.revert, code)),
  ];
  return ['## Terms', '', ...lines].join('\n');
}

function takenBack(
  { by, why }: NonNullable<TermsSummary['watched']>['revert'],
  code: (text: string) => string,
): readonly string[] {
  if (by !== null) return [`- taken back by ${code(by)}, since a service does not answer any more`];
  return why === undefined
    ? []
    : [`- not taken back, although a service does not answer any more: ${code(why)}`];
}
