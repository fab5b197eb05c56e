import { type Document, parseDocument } from 'yaml';
import { fail } from '../../core/errors.ts';
import type { YamlReader } from '../../ports/policy.ts';
import { readLocatedYaml } from './located-yaml.ts';

/** Aliases make small files large; a gate file has no use for them. */
const MOST_ALIASES = 20;

/** That keys are unique is found out by comparing each with each: 128 KiB of short ones take 2 s, a megabyte minutes. */
const LONGEST = 128 * 1024;

/** YAML 1.2 with unique keys and the core schema: what is not plain data is refused with its line and column. */
export const yamlReader: YamlReader = {
  read: (text, file) => {
    if (text.length <= LONGEST) return plainData(readDocument(text, file), file);
    const problem = `it has ${text.length} characters, at most ${LONGEST} are read`;
    throw fail('gate_file_invalid', { file, where: 'the whole file', problem });
  },
  locate: readLocatedYaml,
};

/** The document with its comments, for editing. @throws GhostError gate_file_invalid */
export function readDocument(text: string, file: string): Document {
  const document = parseDocument(text, {
    uniqueKeys: true,
    strict: true,
    prettyErrors: true,
    version: '1.2',
  });
  const [problem] = [...document.errors, ...document.warnings];
  if (!problem) return document;
  const at = problem.linePos?.[0];
  const where = at ? `line ${at.line}, column ${at.col}` : 'the whole file';
  throw fail('gate_file_invalid', { file, where, problem: firstLine(problem.message) });
}

function plainData(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (error) {
    const problem = error instanceof Error ? firstLine(error.message) : String(error);
    throw fail('gate_file_invalid', { file, where: 'the whole file', problem }, { cause: error });
  }
}

/** The package appends the place and an excerpt; the place is told apart already. */
function firstLine(message: string): string {
  return (message.split('\n')[0] ?? message).replace(/ at line \d+, column \d+:?$/, '').replace(/[.:]$/, '');
}
