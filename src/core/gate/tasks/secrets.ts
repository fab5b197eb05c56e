import { legible, utf8 } from '../../change/bytes.ts';
import { withEscapes } from '../../change/hidden-characters.ts';
import { matchesGlob } from '../../glob.ts';
import { nearest } from '../../nearest.ts';
import { readGlobs } from '../globs.ts';
import { addedLines } from '../inspect/added-lines.ts';
import type { Finding, Inspected, Inspection } from '../inspect/finding.ts';
import { invalid, item, member, readChoice, readList, readText, type Spot } from '../plain-data.ts';
import { RULES_ORIGIN, SECRET_RULES } from '../secrets/rules.ts';
import { type FoundSecret, isScanned, type ScanRules, secretFiles, secretsIn } from '../secrets/scan.ts';

/** Passwords, keys and tokens on added lines, in names of files and in the commit message. */
export interface SecretsTask {
  readonly kind: 'secrets';
  /** Globs of files that are not looked into: test keys, for example. */
  readonly skip: readonly string[];
  /** Ids of rules that are not asked. */
  readonly without: readonly string[];
  /** Whether a line may say of itself, in a comment, that it holds no secret. */
  readonly comments: 'heeded' | 'ignored';
}

export const SECRETS_KEYS = ['skip', 'without', 'comments'] as const;

const COMMENTS = ['gitleaks:allow', 'ghost:allow-secret'];
const HINT =
  'Take it out, and replace it where it is used: who has seen the patch has seen the secret. Name it in the environment of what needs it.';

/** @throws GhostError gate_file_invalid */
export function readSecretsTask(check: ReadonlyMap<string, unknown>, spot: Spot): SecretsTask {
  return {
    kind: 'secrets',
    skip: readGlobs(check.get('skip'), member(spot, 'skip')),
    without: readRules(check.get('without') ?? [], member(spot, 'without')),
    comments: readChoice(check.get('comments') ?? 'ignored', member(spot, 'comments'), ['heeded', 'ignored']),
  };
}

function readRules(value: unknown, spot: Spot): readonly string[] {
  const ids = SECRET_RULES.rules.map(({ id }) => id);
  return readList(value, spot).map((entry, index) => {
    const id = readText(entry, item(spot, index));
    if (ids.includes(id)) return id;
    const near = nearest(id, ids);
    const advice = near ? `; did you mean \`${near}\`?` : '';
    throw invalid(item(spot, index), `\`${id}\` is no rule for secrets${advice}`);
  });
}

/** What looks like a secret. No finding says more of one than its first two characters. */
export function* findSecrets(task: SecretsTask, { files, message }: Inspected): Inspection {
  const rules: ScanRules = {
    without: new Set(task.without),
    comments: task.comments === 'heeded' ? COMMENTS : [],
  };
  const findings: Finding[] = [];
  const counts = { files: 0, lines: 0, skipped: 0 };
  for (const file of files) {
    if (file.after === null) continue;
    const path = legible(file.path);
    const named = yield* inName(path, rules);
    if (file.before === null) findings.push(...named);
    if (!isScanned(path) || task.skip.some((glob) => matchesGlob(glob, path))) {
      counts.skipped += 1;
      continue;
    }
    const lines = addedLines(file);
    counts.files += 1;
    counts.lines += lines.length;
    const found = yield* secretsIn({ path, lines }, rules);
    const shown = named.length === 0 ? file.path : null;
    findings.push(...found.map((one) => ({ path: shown, line: one.line, ...told(one) })));
    yield;
  }
  findings.push(...(yield* inMessage(message, rules)));
  return { findings, facts: { ...counts, rules: SECRET_RULES.rules.length, from: RULES_ORIGIN.commit } };
}

function told({ rule, description, shown }: FoundSecret): Pick<Finding, 'message' | 'hint'> {
  return { message: `looks like a secret (${rule}: ${shown}). ${description}`, hint: HINT };
}

/** A path that holds a secret is named without it. */
function* inName(path: string, rules: ScanRules): Generator<undefined, readonly Finding[]> {
  const files = [...secretFiles(path)].filter(({ id }) => !rules.without.has(id));
  const lines = [{ line: 1, text: utf8(path) }];
  const found = yield* secretsIn({ path: '', lines }, { ...rules, comments: [] });
  return [
    ...files.map(({ id, description }) => ({
      ...{ path: utf8(path) as Finding['path'], line: null, hint: HINT },
      message: `a file of this name holds secrets (${id}). ${description}`,
    })),
    ...found.map((one) => ({
      ...{ path: null, line: null, hint: HINT },
      message: `The name ${withEscapes(hidden(path, one))} ${told(one).message}`,
    })),
  ];
}

function hidden(text: string, { at, shown }: FoundSecret): string {
  return at === null ? shown : `${text.slice(0, at.from)}${shown}${text.slice(at.to)}`;
}

function* inMessage(message: string, rules: ScanRules): Generator<undefined, readonly Finding[]> {
  const lines = message.split('\n').map((text, at) => ({ line: at + 1, text: utf8(text) }));
  const found = yield* secretsIn({ path: '', lines }, rules);
  return found.map((one) => ({
    ...{ path: null, line: null, hint: HINT },
    message: `The commit message, line ${one.line}, ${told(one).message}`,
  }));
}
