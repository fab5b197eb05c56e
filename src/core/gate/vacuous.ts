import { isEmptyProgram, isHidingTrap, isPytestExcuse, whyEmptySelection } from './empty-work.ts';
import { type ShellLink, type ShellList, type ShellStage, shellLists } from './shell-list.ts';
import type { ShellWord } from './shell-words.ts';
import type { CheckCommand } from './tasks/command.ts';

const SHELLS: ReadonlySet<string> = new Set(['bash', 'sh', 'dash', 'zsh', 'ksh']);
const ALWAYS_TRUE: ReadonlySet<string> = new Set(['true', ':', 'echo', 'printf']);
const WRAPPERS: ReadonlySet<string> = new Set(['command', 'builtin', 'exec', 'env', 'nice', 'nohup']);
const HARMLESS_TARGETS: ReadonlySet<string> = new Set(['/dev/null', '/dev/stdout', '/dev/stderr', '1', '2']);

/** How a piece of a script can end it with failure: by its exit code where that counts, or at once, by `exit`. */
type Failure = 'never' | 'by status' | 'by exit';

/**
 * Why a check cannot fail, in words, or null when it can or when this is not certain. It knows the usual ways to
 * silence a command, not all of them: what it refuses is worthless for sure, what it lets through is not proven good.
 */
export function whyVacuous(command: CheckCommand): string | null {
  return command.kind === 'script' ? whyScriptVacuous(command.script, 'stops') : whyArgvVacuous(command.argv);
}

/** `stops`: under `set -e`, as text is run. `goes-on`: a plain `bash -c`. */
type OnFailure = 'stops' | 'goes-on';

function whyArgvVacuous(argv: readonly string[]): string | null {
  const words = withoutWrappers(argv);
  const program = baseName(words[0] ?? '');
  if (program === '') return 'it is empty';
  if (ALWAYS_TRUE.has(program)) return `\`${program}\` never fails`;
  if (isEmptyProgram(words)) return `\`${program}\` is given a program that does nothing`;
  const inner = innerScript(words);
  return inner ? whyScriptVacuous(inner.script, inner.onFailure) : whyEmptySelection(words);
}

function whyScriptVacuous(script: string, onFailure: OnFailure): string | null {
  const lists = shellLists(script);
  if (!lists) return null;
  const last = lists.at(-1);
  if (!last) return 'it is empty';
  const excuse = lists.map(whyExcused).find((why) => why !== null);
  if (excuse) return excuse;
  if (canScriptFail(lists, onFailure)) return whyDisguised(lists, last);
  return whyListCannotFail(last, lists.length);
}

/** What no other command of the script can make good: a failure that is no failure any more, and work that is none. */
function whyExcused({ links }: ShellList): string | null {
  for (const [index, link] of links.entries()) {
    for (const stage of link.stages) {
      const words = stage.kind === 'simple' ? withoutWrappers(stage.words.map(({ text }) => text)) : [];
      if (isHidingTrap(words)) return `\`trap '... exit 0'\` hides every failure`;
      const why = whyEmptySelection(words);
      if (why !== null) return why;
    }
    const before = simpleWords(links[index - 1]);
    if (link.joint === '||' && isPytestExcuse(before, simpleWords(link)))
      return '`|| [ $? -eq 5 ]` lets it pass with no test at all';
  }
  return null;
}

function canScriptFail(lists: readonly ShellList[], onFailure: OnFailure): boolean {
  let mode = onFailure;
  for (const [index, list] of lists.entries()) {
    const isLast = index === lists.length - 1;
    const failure = failureOf(list, isLast);
    if (failure === 'by exit') return true;
    if (failure === 'by status' && (isLast || mode === 'stops')) return true;
    mode = modeAfter(list, mode);
    if (endsScript(list)) return false;
  }
  return false;
}

/** Whether a list can fail where it stands. Left of `&&`, a failure counts only at the very end; left of `||` never. */
function failureOf({ links, end }: ShellList, isLast: boolean): Failure {
  if (end === '&') return 'never';
  const failures = links.map(({ stages }) => failureOfPipeline(stages, isLast));
  if (failures.includes('by exit')) return 'by exit';
  return links.reduce<Failure>((before, { joint }, index) => {
    const own = failures[index] ?? 'never';
    return joint === '&&' && isLast && before === 'by status' ? 'by status' : own;
  }, 'never');
}

function failureOfPipeline(stages: readonly ShellStage[], isLast: boolean): Failure {
  const failures = stages.map((stage) => failureOfStage(stage, isLast));
  if (stages.length === 1) return failures[0] ?? 'never';
  return failures.some((failure) => failure !== 'never') ? 'by status' : 'never';
}

function failureOfStage(stage: ShellStage, isLast: boolean): Failure {
  if (stage.kind === 'compound') return stage.exits ? 'by exit' : 'by status';
  if (stage.redirects.some(({ target }) => !HARMLESS_TARGETS.has(target))) return 'by status';
  const [first, ...rest] = stage.words;
  if (first?.text === '!' && !first.quoted) return isLast ? 'by status' : 'never';
  return failureOfProgram(withoutWrappers(stage.words.map(({ text }) => text)), rest);
}

function failureOfProgram(words: readonly string[], rest: readonly ShellWord[]): Failure {
  const program = baseName(words[0] ?? '');
  if (program === 'exit') return rest[0]?.text === '0' ? 'never' : 'by exit';
  if (program === 'set') return 'never';
  if (ALWAYS_TRUE.has(program)) return usesVariable(rest) ? 'by status' : 'never';
  if (isEmptyProgram(words)) return 'never';
  const inner = innerScript(words);
  return inner && whyScriptVacuous(inner.script, inner.onFailure) !== null ? 'never' : 'by status';
}

function modeAfter({ links }: ShellList, mode: OnFailure): OnFailure {
  const words = simpleWords(links.at(-1));
  if (words[0] !== 'set') return mode;
  const options = words.slice(1);
  const isOff =
    options.some((option) => /^\+[a-z]*e/.test(option)) || options.join(' ').includes('+o errexit');
  const isOn = options.some((option) => /^-[a-z]*e/.test(option)) || options.join(' ').includes('-o errexit');
  if (isOff) return 'goes-on';
  return isOn ? 'stops' : mode;
}

function endsScript({ links, end }: ShellList): boolean {
  return links.length === 1 && end !== '&' && simpleWords(links[0])[0] === 'exit';
}

/** `npm test; true` on one line fails under `set -e` and nowhere else: it was written to hide a failure all the same. */
function whyDisguised(lists: readonly ShellList[], last: ShellList): string | null {
  const words = simpleWords(last.links[0]);
  const isEnd = last.links.length === 1 && lists.length > 1 && lists.at(-2)?.end === ';';
  const text = words.join(' ');
  return isEnd && ['true', ':', 'exit 0'].includes(text)
    ? `it ends in \`; ${text}\`, which is there to hide a failure`
    : null;
}

function whyListCannotFail(last: ShellList, count: number): string {
  if (last.end === '&') return 'it ends in `&`, so that nobody waits for its answer';
  const link = last.links.at(-1);
  const text = simpleWords(link).slice(0, 2).join(' ');
  const shown = text.startsWith('exit') ? text : (text.split(' ')[0] ?? '');
  if (link?.joint === '||') return `\`|| ${shown}\` hides every failure`;
  if (count > 1) return `it ends in \`${shown}\` whatever happened before`;
  return `\`${shown}\` never fails`;
}

function simpleWords(link: ShellLink | undefined): readonly string[] {
  const stage = link?.stages.at(-1);
  return stage?.kind === 'simple' ? stage.words.map(({ text }) => text) : [];
}

function usesVariable(words: readonly ShellWord[]): boolean {
  return words.some(({ expands }) => expands === 'a variable');
}

/** The script of `bash -c SCRIPT`, null for any other command. */
function innerScript(words: readonly string[]): { script: string; onFailure: OnFailure } | null {
  if (!SHELLS.has(baseName(words[0] ?? ''))) return null;
  const at = words.findIndex((word, index) => index > 0 && /^-[a-z]*c[a-z]*$/.test(word));
  const optionEnd = words.findIndex(
    (word, index) => index > at && !/^[-+]/.test(word) && word !== 'pipefail',
  );
  const script = at > 0 ? words[optionEnd] : undefined;
  if (script === undefined) return null;
  const options = words.slice(1, optionEnd);
  return { script, onFailure: options.some((option) => /^-[a-z]*e/.test(option)) ? 'stops' : 'goes-on' };
}

function withoutWrappers(words: readonly string[]): readonly string[] {
  const start = words.findIndex((word) => !WRAPPERS.has(baseName(word)));
  return start < 0 ? [] : words.slice(start);
}

function baseName(program: string): string {
  return program.slice(program.lastIndexOf('/') + 1);
}
