import { type Sha256, sha256 } from '../core/digest.ts';
import { GhostError } from '../core/errors.ts';
import { keyOfFile } from '../core/inbox/file-key.ts';
import { type RefusedFile, refusalText } from '../core/inbox/refusal.ts';
import type { Inbox, InboxFile, Outcome, Told } from '../ports/inbox.ts';
import { repairRequestOf } from './repair-request-of.ts';
import { type Receipt, submitPatch } from './submit-patch.ts';
import { viewReceipt } from './views.ts';

/** The steps of taking a file in, in their order. Between any two of them the process may die. */
export const INTAKE_STEPS = ['read', 'submitted', 'told', 'moved'] as const;
export type IntakeStep = (typeof INTAKE_STEPS)[number];

export type TakenIn =
  | { readonly kind: Outcome; readonly name: string }
  /** It stays where it is and is looked at again: it is gone or changed, or another file stands there. */
  | { readonly kind: 'left' }
  /** It stays where it is until somebody does something about it. */
  | { readonly kind: 'stuck'; readonly problem: string };

type IntakeNeeds = Parameters<typeof submitPatch>[0];

interface Intake {
  readonly inbox: Inbox;
  readonly observe: (step: IntakeStep) => void | Promise<void>;
}

/**
 * Submits one file of the inbox and moves it beside its receipt, or beside its fault where it is no patch. Each step can
 * be repeated: the same file is the same submission, its papers find the name that they took, and only then it is moved.
 * @throws GhostError whatever its author cannot put right, such as ledger_unavailable and workspace_unknown: the file stays
 */
export async function takeInFile(needs: IntakeNeeds, intake: Intake, file: InboxFile): Promise<TakenIn> {
  const read = await intake.inbox.read(file);
  switch (read.kind) {
    case 'unsettled':
      return { kind: 'left' };
    case 'unreadable':
      return { kind: 'stuck', problem: `${file.name} cannot be read: ${read.problem}` };
    case 'not-a-file':
      return refuseUnread(intake, file, {
        code: 'not_a_file',
        message: `It is a ${read.is}; expected a regular file. It was neither opened nor followed.`,
        hint: 'Leave the patch itself there.',
        faults: [],
      });
    case 'too-large':
      return refuseUnread(intake, file, {
        code: 'too_large',
        message: `The file has ${read.size} bytes; expected at most ${read.most}. It was not read.`,
        hint: 'Split it into smaller patches, and leave each as a file of its own.',
        faults: [],
      });
    case 'read':
      await intake.observe('read');
      return submitFile(needs, intake, { file, ...read });
  }
}

async function submitFile(
  needs: IntakeNeeds,
  intake: Intake,
  {
    file,
    bytes,
    owner,
  }: { readonly file: InboxFile; readonly bytes: Uint8Array; readonly owner: number | null },
): Promise<TakenIn> {
  const { workspace, name } = file;
  const content = sha256(bytes);
  const key = keyOfFile({ workspace, name, digest: content });
  let receipt: Receipt;
  try {
    receipt = await submitPatch(needs, {
      workspace,
      body: bytes,
      format: null,
      title: null,
      // The kernel tells whose file it is, and by number: names are looked up elsewhere and change hands.
      author: owner === null ? 'inbox' : `inbox:${owner}`,
      origin: 'inbox',
      idempotencyKey: key,
      force: false,
    });
  } catch (error) {
    if (!isAuthors(error)) throw error;
    const { code, message, hint, faults } = error;
    return settle(intake, file, { told: refusal(file, { code, message, hint, faults }, key), content });
  }
  await intake.observe('submitted');
  const paper = {
    key,
    file: name,
    receipt: viewReceipt(receipt, await repairRequestOf(needs, receipt.patch)),
  };
  const told: Told = { outcome: 'accepted', key, papers: [['.receipt.json', json(paper)]] };
  return settle(intake, file, { told, content });
}

/** Whether another text would help. A workspace that was removed meanwhile is nothing that a file can put right. */
function isAuthors(error: unknown): error is GhostError {
  if (!(error instanceof GhostError) || error.code === 'workspace_unknown') return false;
  return error.whose === 'author' && error.retry === 'never';
}

/** Puts a file away that cannot be a patch, whatever its content. */
function refuseUnread(intake: Intake, file: InboxFile, why: RefusedFile): Promise<TakenIn> {
  return settle(intake, file, { told: refusal(file, why, stateKey(file)), content: null });
}

function refusal({ workspace, name }: InboxFile, why: RefusedFile, key: string): Told {
  const paper = { key, file: name, workspace, ...why };
  return {
    outcome: 'refused',
    key,
    papers: [
      ['.fault.json', json(paper)],
      ['.fault.txt', refusalText(name, why)],
    ],
  };
}

/** Of a file that nobody read: it is this one for as long as nothing about it changes but where it stands. */
function stateKey({ workspace, name, state }: InboxFile): string {
  const { device, inode, size, modified } = state;
  return keyOfFile({ workspace, name, digest: sha256([device, inode, size, modified].join(' ')) });
}

/** `content` is the digest of what was read; null where nothing was. */
async function settle(
  { inbox, observe }: Intake,
  file: InboxFile,
  { told, content }: { readonly told: Told; readonly content: Sha256 | null },
): Promise<TakenIn> {
  const place = await inbox.tell(file, told);
  await observe('told');
  const moved = await inbox.move(file, place, content);
  if (moved !== 'moved') return { kind: 'left' };
  await observe('moved');
  return { kind: told.outcome, name: place.name };
}

function json(paper: object): string {
  return `${JSON.stringify(paper, null, 2)}\n`;
}
