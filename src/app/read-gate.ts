import type { Check, Gate } from '../core/gate/check.ts';
import { assembleGate } from '../core/gate/gate.ts';
import { readGateFile } from '../core/gate/gate-file.ts';
import type { Path, TreeId } from '../core/git.ts';
import type { PolicyRules, YamlReader } from '../ports/policy.ts';
import type { Repository } from '../ports/repository.ts';

/** The workspace's own gate file. Read from the base commit, so that no patch weakens the gate it has to pass. */
const GATE_FILE = 'ghost.yml' as Path;

export type GateFound =
  | { readonly kind: 'gate'; readonly gate: Gate }
  | { readonly kind: 'none'; readonly why: string };

/** What a patch on `base` has to pass. @throws GhostError gate_file_invalid when ghost.yml cannot be read */
export async function readGate(
  needs: { readonly yaml: YamlReader },
  repository: Repository,
  from: { readonly base: TreeId; readonly rules: PolicyRules; readonly brought?: readonly Check[] },
): Promise<GateFound> {
  const own = await ownChecks(needs, repository, from.base);
  const assembled = assembleGate(from.rules.checks, own, from.brought);
  switch (assembled.kind) {
    case 'gate':
      return assembled;
    case 'vacuous':
      return { kind: 'none', why: `check ${assembled.check.name} cannot fail: ${assembled.why}` };
    case 'nothing-can-fail':
      return { kind: 'none', why: assembled.why };
  }
}

async function ownChecks(
  needs: { readonly yaml: YamlReader },
  repository: Repository,
  base: TreeId,
): Promise<readonly Check[]> {
  const standing = (await repository.snapshot(base, [GATE_FILE])).get(GATE_FILE);
  if (standing?.kind !== 'file' || standing.mode === '120000') return [];
  const text = new TextDecoder().decode(standing.bytes);
  return readGateFile(needs.yaml.read(text, GATE_FILE), { file: GATE_FILE, source: 'workspace' });
}
