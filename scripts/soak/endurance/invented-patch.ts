import { sha256 } from '../../../src/core/digest.ts';
import { seeded } from '../../../test/conformance/random.ts';

export interface InventedPatch {
  readonly workspace: string;
  /** Idempotency key. */
  readonly key: string;
  readonly body: string;
  /** What its author does once it has the receipt. */
  readonly afterwards: 'nothing' | 'ask again' | 'cancel';
}

/** Few, so that the tree of a workspace stays small however long it runs. */
const FILES = 8;

/**
 * The patch with that number, the same for the same seed. Most write a file, whatever stood there; some cannot be applied,
 * and some are what the gate is there to refuse.
 */
export function inventPatch(
  number: number,
  { seed, workspaces }: { seed: number; workspaces: number },
): InventedPatch {
  const random = seeded(Number.parseInt(sha256(`${seed} ${number}`).slice(0, 8), 16));
  const path = `file-${Math.floor(random() * FILES)}.txt`;
  const content = `patch ${number} of seed ${seed}\n${Math.floor(random() * 1e9)}\n`;
  const [kind, next] = [random(), random()];
  return {
    workspace: workspaceName(number % workspaces),
    key: `soak-${seed}-${number}`,
    body: JSON.stringify({ edits: [editOf(kind, path, content)] }),
    afterwards: next < 0.02 ? 'cancel' : next < 0.06 ? 'ask again' : 'nothing',
  };
}

export function workspaceName(at: number): string {
  return `line-${at}`;
}

function editOf(kind: number, path: string, content: string) {
  if (kind < 0.03) return { kind: 'write', path: 'broken', content };
  if (kind < 0.06) return { kind: 'replace', path, old: `no such text: ${content}`, new: content };
  return { kind: 'write', path, content };
}
