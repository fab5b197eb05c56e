import { readFile } from 'node:fs/promises';
import { type Document, isMap, isSeq, type YAMLMap, type YAMLSeq } from 'yaml';
import { fail, type GhostError } from '../../core/errors.ts';
import { type PolicyFile, readPolicyFile, rulesOf } from '../../core/gate/policy-file.ts';
import type { Policy, YamlReader } from '../../ports/policy.ts';
import { atomicWrite } from './atomic-write.ts';
import { nullIfMissing } from './missing.ts';
import { readDocument } from './yaml.ts';

/** Only the owner: whoever can write here decides what everybody has to pass. */
const MODE = 0o600;
export const FIRST_LINES =
  '# What every patch has to pass, beside what its workspace asks for in ghost.yml.\nversion: 1\n';

/** The server's policy in a YAML file that people edit too: what Ghost changes leaves their comments in place. */
export function filePolicy(file: string, yaml: YamlReader): Policy {
  let wasThere = false;
  const readText = async (): Promise<string | null> => {
    const text = await nullIfMissing(readFile(file, 'utf8'));
    if (text === '') throw gone(file, 'it is empty; a policy that demands nothing says `version: 1`');
    if (text === null && wasThere) throw gone(file, 'it was there, and is gone');
    wasThere = text !== null;
    return text;
  };
  let read: { readonly text: string; readonly policy: PolicyFile } | null = null;
  /** The file is read for each patch; its text is understood anew only when it changed. */
  const current = async (): Promise<PolicyFile> => {
    const text = (await readText()) ?? '';
    if (read?.text !== text) read = { text, policy: readPolicyFile(yaml.read(text, file), file) };
    return read.policy;
  };
  let editing: Promise<unknown> = Promise.resolve();
  /** One edit after the other, each judged by the same rules as a file written by hand before it is written. */
  const edit = (change: (document: Document) => void): Promise<void> => {
    const edited = editing
      .catch(() => {})
      .then(async () => {
        const document = readDocument((await readText()) ?? FIRST_LINES, file);
        change(document);
        const text = document.toString({ lineWidth: 0 });
        readPolicyFile(yaml.read(text, file), file);
        await atomicWrite(file, text, { mode: MODE });
      });
    editing = edited;
    return edited;
  };
  return {
    rulesFor: async (workspace) => rulesOf(await current(), workspace),
    addCheck: (workspace, check) =>
      edit((document) => setCheck(document, workspace, { name: check.name, run: check.run })),
    removeChecks: (workspace) =>
      edit((document) => {
        if (document.hasIn(['workspaces', workspace])) document.deleteIn(['workspaces', workspace, 'checks']);
      }),
  };
}

/** An editor that empties a file before it writes it must not open the gate in between. */
function gone(file: string, problem: string): GhostError {
  return fail('gate_file_invalid', { file, where: 'the whole file', problem });
}

/** The checks of a list, those of its groups too. */
function entriesIn(checks: YAMLSeq): readonly YAMLMap[] {
  return checks.items.filter(isMap).flatMap((entry) => {
    const group = entry.get('parallel');
    return isSeq(group) ? group.items.filter(isMap) : [entry];
  });
}

function setCheck(document: Document, workspace: string, check: { name: string; run: string }): void {
  const path = ['workspaces', workspace, 'checks'];
  const checks = document.getIn(path);
  if (!isSeq(checks)) {
    document.setIn(path, document.createNode([check]));
    return;
  }
  const standing = entriesIn(checks).find((entry) => entry.get('name') === check.name);
  if (standing) standing.set('run', check.run);
  else checks.add(document.createNode(check));
}
