import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { fail, GhostError } from '../../core/errors.ts';
import { begin, openReader, openWriter } from './database.ts';
import { migrate, SCHEMA_VERSION, schemaVersion } from './migrations.ts';
import { probeFileSystem } from './probe.ts';

export interface Place {
  /** Absolute path of the ledger. */
  readonly file: string;
  readonly readOnly: boolean;
}

export interface Connections {
  /** Null when the ledger was opened for reading only. */
  readonly writer: DatabaseSync | null;
  readonly reader: DatabaseSync;
}

/** @throws GhostError ledger_unsafe, ledger_newer, ledger_unavailable */
export function openConnections({ file, readOnly }: Place): Connections {
  try {
    return readOnly ? openExisting(file) : openOrCreate(file);
  } catch (cause) {
    if (cause instanceof GhostError) throw cause;
    const problem = `${file} cannot be opened: ${cause instanceof Error ? cause.message : cause}`;
    throw fail('ledger_unavailable', { problem }, { cause });
  }
}

function openExisting(file: string): Connections {
  const reader = openReader(file);
  const got = schemaVersion(reader, file);
  if (got === SCHEMA_VERSION) return { writer: null, reader };
  reader.close();
  throw fail('ledger_unsafe', {
    path: file,
    setting: 'schema',
    got: String(got),
    expected: `${SCHEMA_VERSION}; the service upgrades it when it starts`,
  });
}

function openOrCreate(file: string): Connections {
  prepareFile(file);
  const writer = openWriter(file);
  try {
    begin(writer, () => {});
    migrate(writer, file);
    writer.exec('COMMIT');
    return { writer, reader: openReader(file) };
  } catch (error) {
    writer.close();
    throw error;
  }
}

/** Readable by its owner alone; SQLite gives the same mode to the files it puts beside it. */
export function prepareFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  if (!existsSync(file)) probeFileSystem(file);
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
}
