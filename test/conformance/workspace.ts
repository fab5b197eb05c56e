import { destinationSuite } from './workspace-landing.ts';
import { repositorySuite } from './workspace-reading.ts';
import { remedySuite, worktreeSuite } from './workspace-rest.ts';
import type { Lacks, OpenWorkspace } from './workspace-subject.ts';

/** What src/ports/repository.ts promises of one workspace's repository, whatever serves it. */
export function workspaceSuite(name: string, open: OpenWorkspace, lacks: Lacks = {}): void {
  repositorySuite(name, open, lacks);
  destinationSuite(name, open);
  remedySuite(name, open, lacks);
  worktreeSuite(name, open, lacks);
}
