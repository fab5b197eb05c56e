import data from './gitleaks-rules.json' with { type: 'json' };

/** What is no secret although a rule finds it. */
export interface Allowance {
  /** Whether each of its three lists has to agree, or one of patterns and stop words is enough. */
  readonly needs: 'all' | 'any';
  /** What its patterns look at. */
  readonly target: 'secret' | 'match' | 'line';
  readonly paths: readonly RegExp[];
  readonly patterns: readonly RegExp[];
  /** In lower case; found anywhere in a secret. */
  readonly stopwords: readonly string[];
}

export interface SecretRule {
  readonly id: string;
  readonly description: string;
  /** Null for a rule about names of files. Global: its user resets `lastIndex`. */
  readonly pattern: RegExp | null;
  /** Null for every file. */
  readonly path: RegExp | null;
  /** In bits per character, which a secret has to exceed. */
  readonly entropy: number;
  /** Of the pattern, in which the secret stands; 0 for the first that is not empty. */
  readonly group: number;
  /** In lower case: without one of them there is nothing to find. */
  readonly keywords: readonly string[];
  readonly allow: readonly Allowance[];
}

interface SecretRules {
  readonly rules: readonly SecretRule[];
  /** For all rules. Its paths are not looked into at all. */
  readonly allow: Allowance;
}

/** Says where the rules come from: repository, file, commit, licence. */
export const RULES_ORIGIN = data.origin;

/** The rules of gitleaks. */
export const SECRET_RULES: SecretRules = { allow: allowanceOf(data.allow), rules: data.rules.map(ruleOf) };

function ruleOf(rule: (typeof data.rules)[number]): SecretRule {
  return {
    ...rule,
    pattern: rule.pattern === null ? null : compile(rule.pattern, 'g'),
    path: rule.path === null ? null : compile(rule.path),
    allow: rule.allow.map(allowanceOf),
  };
}

function allowanceOf(allow: typeof data.allow): Allowance {
  const { stopwords, paths, patterns } = allow;
  return {
    needs: allow.needs === 'all' ? 'all' : 'any',
    target: allow.target === 'match' || allow.target === 'line' ? allow.target : 'secret',
    ...{ stopwords, paths: paths.map((path) => compile(path)) },
    patterns: patterns.map((pattern) => compile(pattern)),
  };
}

/** A leading `(?i)` stands for the flag of that name. */
function compile(pattern: string, flags = ''): RegExp {
  return pattern.startsWith('(?i)') ? new RegExp(pattern.slice(4), `i${flags}`) : new RegExp(pattern, flags);
}
