import type { Artifact, Verdict } from '../gate/verdict.ts';
import type { Json } from '../json.ts';

const COLUMNS = ['before', 'after', 'difference'] as const;

/** Where a file that a check left stands beside the summary of its patch. By content, so that attempts do not mix. */
export function artifactPath(patch: string, { sha256, name }: Pick<Artifact, 'sha256' | 'name'>): string {
  return `${patch}/${sha256.slice(0, 16)}-${name}`;
}

/** The pages of a visual check as a table, each with its three pictures; nothing for other checks. */
export function picturesMarkdown(patch: string, { kind, facts, artifacts = [] }: Verdict): readonly string[] {
  if (kind !== 'visual') return [];
  const rows = pagesIn(facts).map(({ name, changed }) => {
    const cells = COLUMNS.map((column) => {
      const picture = artifacts.find((artifact) => artifact.name === `${name}-${column}.png`);
      return picture === undefined ? 'none' : `![${column}](${artifactPath(patch, picture)})`;
    });
    return `| ${[name, changed, ...cells].join(' | ')} |`;
  });
  if (rows.length === 0) return [];
  return ['', `| page | changed | ${COLUMNS.join(' | ')} |`, '|---|---|---|---|---|', ...rows, ''];
}

interface PageRow {
  readonly name: string;
  readonly changed: string;
}

/** What `visualFacts` wrote down. */
function pagesIn(facts: Json | undefined): readonly PageRow[] {
  const pages = (facts as { readonly pages?: readonly PageFacts[] } | undefined)?.pages ?? [];
  return pages.map(({ name, kind, changedPpm = 0 }) => ({
    name,
    changed: kind === 'compared' ? `${changedPpm / 10_000} %` : kind,
  }));
}

interface PageFacts {
  readonly name: string;
  readonly kind: string;
  readonly changedPpm?: number;
}
