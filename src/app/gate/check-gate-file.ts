import { fail } from '../../core/errors.ts';
import { whyVacuousCheck } from '../../core/gate/gate.ts';
import { readGateFile } from '../../core/gate/gate-file.ts';
import { type CheckView, viewStages } from '../../core/gate/view.ts';
import type { YamlReader } from '../../ports/policy.ts';

/** What a `ghost.yml` asks for, before it is committed. @throws GhostError gate_file_invalid, check_vacuous */
export function checkGateFile(
  yaml: YamlReader,
  { text, file }: { readonly text: string; readonly file: string },
): readonly (readonly CheckView[])[] {
  const checks = readGateFile(yaml.read(text, file), { file, source: 'workspace' });
  for (const check of checks) {
    const why = whyVacuousCheck(check);
    if (why !== null) throw fail('check_vacuous', { name: check.name, why });
  }
  return viewStages(checks);
}
