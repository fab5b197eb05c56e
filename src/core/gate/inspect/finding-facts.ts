import { legible, utf8 } from '../../change/bytes.ts';
import type { Path } from '../../git.ts';
import type { Json } from '../../json.ts';
import type { Verdict } from '../verdict.ts';
import { type Finding, type Found, findingLine, MOST_TOLD } from './finding.ts';

/** What a verdict keeps of what was found: the first of it word by word, and how much there was. */
export function foundFacts({ findings, facts }: Found): Json {
  const told = findings.slice(0, MOST_TOLD).map(({ path, ...says }) => ({
    path: path === null ? null : legible(path),
    ...says,
  }));
  return { looked: facts, found: findings.length, findings: told };
}

/** What a verdict has kept so; none where it is that of a check of another kind. */
export function findingsOf({ facts }: Verdict): readonly Finding[] {
  const told = memberOf(facts, 'findings');
  if (!Array.isArray(told)) return [];
  return told.map((one: Json) => {
    const [path, line] = [memberOf(one, 'path'), memberOf(one, 'line')];
    return {
      path: typeof path === 'string' ? (utf8(path) as Path) : null,
      line: typeof line === 'number' ? line : null,
      message: String(memberOf(one, 'message')),
      hint: String(memberOf(one, 'hint')),
    };
  });
}

/** What a check prints: a line each, as compilers do. */
export function printedFindings({ findings, facts }: Found): string {
  const looked = Object.entries(facts).map(([name, value]) => `${name} ${String(value)}`);
  return `${[`looked at: ${looked.join(', ')}`, ...findings.map(findingLine)].join('\n')}\n`;
}

function memberOf(data: Json | undefined, key: string): Json | undefined {
  if (data === null || typeof data !== 'object' || Array.isArray(data)) return undefined;
  return (data as { readonly [name: string]: Json })[key];
}
