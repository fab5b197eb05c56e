import { readPolicyFile, rulesOf } from '../../src/core/gate/policy-file.ts';
import type { PolicyRules } from '../../src/ports/policy.ts';

/** What a policy demands that says `given` and nothing else. No verdict is reused, so that every gate is run. */
export function rulesWith(given: Partial<PolicyRules>): PolicyRules {
  return { ...rulesOf(readPolicyFile(null, 'policy.yml'), 'main'), reuseVerdicts: false, ...given };
}
