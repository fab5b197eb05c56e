import type { Check, Gate } from '../../core/gate/check.ts';
import { assembleGate } from '../../core/gate/gate.ts';
import { readGateFile } from '../../core/gate/gate-file.ts';
import type { Path, TreeId } from '../../core/git.ts';
import type { PolicyRules, YamlReader } from '../../ports/policy.ts';
import type { Repository } from '../../ports/repository.ts';

/** The workspace's own gate file. Read from the base commit, so that no patch weakens the gate it has to pass. */
export const GATE_FILE = 'ghost.yml' as Path;

export type GateFound =
  | { readonly kind: 'gate'; readonly gate: Gate }
  | { readonly kind: 'none'; readonly why: string };

/** What a patch on `base` has to pass. @throws GhostError gate_file_invalid when ghost.yml cannot be read */
export async function readGate(
  needs: { readonly yaml: YamlReader },
  repository: Repository,
  from: { readonly base: TreeId; readonly rules: PolicyRules; readonly brought?: readonly Check[] },
): Promise<GateFound> {
  return assembled(from.rules.checks, await ownChecks(needs, repository, from.base), from.brought);
}

/** The gate of checks from all sides, or why they make none. */
export function assembled(...sides: Parameters<typeof assembleGate>): GateFound {
  const made = assembleGate(...sides);
  switch (made.kind) {
    case 'gate':
      return made;
    case 'vacuous':
      return { kind: 'none', why: `check ${made.check.name} cannot fail: ${made.why}` };
    case 'nothing-can-fail':
      return { kind: 'none', why: made.why };
  }
}

/** The checks of `ghost.yml` in a tree. @throws GhostError gate_file_invalid */
export async function ownChecks(
  needs: { readonly yaml: YamlReader },
  repository: Repository,
  base: TreeId,
): Promise<readonly Check[]> {
  const standing = (await repository.snapshot(base, [GATE_FILE])).get(GATE_FILE);
  return checksIn(needs, standing?.kind === 'file' ? standing : null);
}

/** What one file of that name asks for: nothing where it is a link, or not there. @throws GhostError gate_file_invalid */
export function checksIn(
  needs: { readonly yaml: YamlReader },
  file: { readonly mode: string; readonly bytes: Uint8Array } | null,
): readonly Check[] {
  if (file === null || file.mode === '120000') return [];
  const text = new TextDecoder().decode(file.bytes);
  return readGateFile(needs.yaml.read(text, GATE_FILE), { file: GATE_FILE, source: 'workspace' });
}
