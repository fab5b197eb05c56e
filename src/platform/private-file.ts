import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

const OTHERS_MAY = 0o077;

/** What is known of a file that only its owner may reach; everything but `read` says why it is not taken. */
export type PrivateFile =
  | { readonly kind: 'read'; readonly bytes: Buffer }
  | { readonly kind: 'absent' | 'link' | 'no-file' }
  /** Others may reach it. Four digits. */
  | { readonly kind: 'open'; readonly mode: string }
  | { readonly kind: 'too-large'; readonly size: number };

/** Reads a file of at most so many bytes. What is judged and what is read is one file: no link at its name is followed. */
export async function readPrivateFile(path: string, mostBytes: number): Promise<PrivateFile> {
  const file = await opened(path);
  if (file === 'absent' || file === 'link') return { kind: file };
  try {
    return await judged(file, mostBytes);
  } finally {
    await file.close();
  }
}

async function opened(path: string): Promise<FileHandle | 'absent' | 'link'> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT') return 'absent';
    if (code === 'ELOOP') return 'link';
    throw error;
  }
}

async function judged(file: FileHandle, mostBytes: number): Promise<PrivateFile> {
  const { mode, size } = await file.stat();
  if ((mode & constants.S_IFMT) !== constants.S_IFREG) return { kind: 'no-file' };
  if ((mode & OTHERS_MAY) !== 0) return { kind: 'open', mode: (mode & 0o777).toString(8).padStart(4, '0') };
  if (size > mostBytes) return { kind: 'too-large', size };
  return { kind: 'read', bytes: await file.readFile() };
}
