import { shellLists } from './shell-list.ts';

/** Of any runner of tests: with it, a selection that finds nothing passes. */
const PASSES_EMPTY: ReadonlySet<string> = new Set([
  ...['--passWithNoTests', '--pass-with-no-tests', '--allow-no-tests', '--suppress-no-test-exit-code'],
  ...['--do-not-fail-on-empty-test-suite', '--no-tests=ignore', '--no-tests=pass'],
]);
/** With it, tests that fail pass. */
const PASSES_FAILED: ReadonlySet<string> = new Set([
  '--pass-on-failing-test-suite',
  '--suppress-tests-failed-exit-code',
]);
/** Programs that take one of their own on the command line, and by which option. */
const INLINE: ReadonlyMap<string, readonly string[]> = new Map([
  ['node', ['-e', '--eval', '-p', '--print']],
  ['bun', ['-e', '--eval']],
  ...['python', 'python3', 'pypy3'].map((name): [string, readonly string[]] => [name, ['-c']]),
  ...['perl', 'ruby'].map((name): [string, readonly string[]] => [name, ['-e']]),
  ['php', ['-r']],
]);
/** Programs that do nothing, or end at once as if all were well. */
const DOES_NOTHING =
  /^(?:\s|;|pass\b|process\.exit\(0?\)|(?:sys\.)?exit\(0?\)|exit 0|null|undefined|true|0|import sys\b|#[^\n]*(?:\n|$)|\/\/[^\n]*(?:\n|$))*$/;
/** Regular expressions that name no test. */
const NAMES_NOTHING: ReadonlySet<string> = new Set(['^$', '$^', '^\\b$', 'NONE', '^NONE$', 'XXX', '^XXX$']);

/** Why a command passes although nothing of what it is for was run, or although that failed; null where neither is certain. */
export function whyEmptySelection(words: readonly string[]): string | null {
  const empty = words.find((word) => PASSES_EMPTY.has(word.replace(/=true$/, '')));
  if (empty !== undefined) return `\`${empty}\` lets it pass with no test at all`;
  const failed = words.find((word) => PASSES_FAILED.has(word));
  if (failed !== undefined) return `\`${failed}\` lets tests fail`;
  return whyGoSelectsNothing(words);
}

function whyGoSelectsNothing(words: readonly string[]): string | null {
  const [program, command, ...options] = words;
  if (program !== 'go' || command !== 'test') return null;
  if (options.some((word) => /^--?(bench|fuzz)(=|$)/.test(word))) return null;
  const at = options.findIndex((word) => /^--?(test\.)?run(=|$)/.test(word));
  const option = options[at];
  if (option === undefined) return null;
  const pattern = option.includes('=') ? option.slice(option.indexOf('=') + 1) : (options[at + 1] ?? '');
  return NAMES_NOTHING.has(pattern) ? `\`-run '${pattern}'\` names no test` : null;
}

/** Whether a program was given that does nothing: `node -e ''`. */
export function isEmptyProgram(words: readonly string[]): boolean {
  const [program = '', ...rest] = words;
  const options = INLINE.get(program.slice(program.lastIndexOf('/') + 1));
  const at = rest.findIndex((word) => options?.includes(word));
  const text = at < 0 ? undefined : rest[at + 1];
  return text !== undefined && text.length <= LONGEST_LOOKED_AT && DOES_NOTHING.test(text);
}

/** Nobody writes more to do nothing, and a pattern is not asked about a megabyte. */
const LONGEST_LOOKED_AT = 200;

/** Whether `trap 'exit 0' EXIT` turns every end of its script into a good one. */
export function isHidingTrap(words: readonly string[]): boolean {
  const [program, action = '', ...signals] = words;
  if (program !== 'trap' || !signals.some((signal) => ['EXIT', '0', 'ERR'].includes(signal.toUpperCase())))
    return false;
  const stages = shellLists(action)?.flatMap(({ links }) => links.flatMap((link) => link.stages)) ?? [];
  return stages.some(
    (stage) => stage.kind === 'simple' && stage.words.map(({ text }) => text).join(' ') === 'exit 0',
  );
}

/** Whether `pytest || [ $? -eq 5 ]`: 5 is the code with which it says that it found no test. */
export function isPytestExcuse(before: readonly string[], words: readonly string[]): boolean {
  const isPytest = before.some((word) => /(^|\/)(pytest|py\.test)$/.test(word));
  const [program, left, operator, right] = words;
  const isTest = program === '[' || program === 'test';
  return isPytest && isTest && left === '$?' && ['-eq', '=', '=='].includes(operator ?? '') && right === '5';
}
