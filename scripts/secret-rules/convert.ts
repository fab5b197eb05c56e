// node scripts/secret-rules/convert.ts GITLEAKS.TOML COMMIT: makes src/core/gate/secrets/gitleaks-rules.json anew.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromRe2 } from './from-re2.ts';
import { readToml, type TomlTable, type TomlValue } from './toml.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'src/core/gate/secrets');
const TARGET = join(FOLDER, 'gitleaks-rules.json');
/** Wherever the rules go, their licence goes with them. */
const LICENCE = join(FOLDER, 'gitleaks-rules.LICENSE');
const KNOWN = ['id', 'description', 'regex', 'path', 'entropy', 'keywords', 'secretGroup', 'allowlists'];
const KNOWN_ALLOWED = ['description', 'regexes', 'regexTarget', 'paths', 'stopwords', 'condition'];

const [file, commit] = process.argv.slice(2);
if (file === undefined || !/^[0-9a-f]{40}$/.test(commit ?? '')) {
  console.error('usage: node scripts/secret-rules/convert.ts GITLEAKS.TOML COMMIT');
  process.exitCode = 2;
} else convert(file, commit ?? '');

function convert(from: string, at: string): void {
  const bytes = readFileSync(from);
  const toml = readToml(bytes.toString('utf8'));
  const leftOut: { id: string; why: string }[] = [];
  const rules = tables(toml.rules).flatMap((rule) => {
    try {
      return [convertRule(rule)];
    } catch (error) {
      leftOut.push({ id: String(rule.id), why: error instanceof Error ? error.message : String(error) });
      return [];
    }
  });
  const converted = {
    origin: {
      repository: 'https://github.com/gitleaks/gitleaks',
      ...{ file: 'config/gitleaks.toml', commit: at, licence: readFileSync(LICENCE, 'utf8').split('\n') },
      sha256: createHash('sha256').update(bytes).digest('hex'),
    },
    leftOut,
    allow: convertAllowed(toml.allowlist as TomlTable),
    rules,
  };
  writeFileSync(TARGET, `${JSON.stringify(converted, null, 2)}\n`);
  console.log(`${rules.length} rules converted, ${leftOut.length} left out`);
  for (const { id, why } of leftOut) console.log(`  ${id}: ${why}`);
}

function convertRule(rule: TomlTable) {
  refuseUnknown(rule, KNOWN);
  const allow = tables(rule.allowlists).map(convertAllowed);
  // An allow list over the whole match has to see all of it.
  const lead = allow.some(({ target }) => target === 'match') ? 'kept' : 'dropped';
  return {
    id: String(rule.id),
    description: String(rule.description),
    pattern: rule.regex === undefined ? null : fromRe2(String(rule.regex), lead),
    path: rule.path === undefined ? null : fromRe2(String(rule.path)),
    entropy: Number(rule.entropy ?? 0),
    group: Number(rule.secretGroup ?? 0),
    keywords: texts(rule.keywords).map((word) => word.toLowerCase()),
    allow,
  };
}

function convertAllowed(allowed: TomlTable) {
  refuseUnknown(allowed, KNOWN_ALLOWED);
  return {
    needs: allowed.condition === 'AND' ? 'all' : 'any',
    target: String(allowed.regexTarget ?? 'secret'),
    paths: texts(allowed.paths).map((path) => fromRe2(path)),
    patterns: texts(allowed.regexes).map((pattern) => fromRe2(pattern)),
    stopwords: texts(allowed.stopwords).map((word) => word.toLowerCase()),
  };
}

function refuseUnknown(table: TomlTable, known: readonly string[]): void {
  const unknown = Object.keys(table).filter((key) => !known.includes(key));
  if (unknown.length > 0) throw new Error(`has ${unknown.join(', ')}, which nothing here means`);
}

function tables(value: TomlValue | undefined): TomlTable[] {
  return Array.isArray(value) ? (value as TomlTable[]) : [];
}

function texts(value: TomlValue | undefined): string[] {
  return Array.isArray(value) ? (value as string[]) : [];
}
