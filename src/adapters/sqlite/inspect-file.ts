import { existsSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { InspectedFile } from '../../ports/ledger-file.ts';
import { assertSafeVersion, openReader } from './database.ts';
import { inspectRows } from './inspect-rows.ts';
import { attempt, type Inspection } from './inspection.ts';
import { SCHEMA_VERSION, schemaVersion } from './migrations.ts';

const MIB = 1024 * 1024;
/** SQLite starts again at the front of the log once every 4 MiB, unless somebody never ends reading. */
const LARGEST_LOG = 256 * MIB;
const LEAST_FREE = 256 * MIB;
const MOST_TOLD = 100;

/** By what was found. Where its content is damaged, that is for whoever reads all of it. */
const ADVICE = {
  missing:
    'Name the file itself: `ghost ledger check --file FOLDER/ledger.db`, or set GHOST_HOME to the home that has it.',
  older: 'A backup of an older Ghost: put it in the place of `ledger.db`, `ghost up`, and check again.',
  around: 'Its content is whole: what is named is around it, and tells what to do.',
} as const;

/**
 * Looks at the file, at the settings that a real connection gets and at all that SQLite can check by itself, and holds
 * the rows against each other. Whatever cannot be read is a problem and never an error. `opened`: a private copy that is opened
 * in the place of the file.
 */
export function inspectLedgerFile(file: string, opened: string = file): InspectedFile {
  const found: Inspection = { facts: { file }, problems: [] };
  if (!existsSync(file)) {
    found.problems.push(`there is no ledger at ${file}`);
    return { ...found, isReadable: false, advice: ADVICE.missing };
  }
  if (!statSync(file).isFile()) {
    found.problems.push(`${file} is no file, but a ${statSync(file).isDirectory() ? 'folder' : 'device'}`);
    return { ...found, isReadable: false, advice: ADVICE.missing };
  }
  attempt(found, 'the file system around it', () => inspectPlace(found, file));
  const db = attempt(found, 'the file', () => {
    assertSafeVersion(process.versions.sqlite ?? 'absent', file);
    return openReader(opened);
  });
  if (db === null) return { ...found, isReadable: false, advice: null };
  const outside = found.problems.length;
  try {
    const isReadable = inspectOpen(found, db, file);
    const isOlder = found.facts.schema !== undefined && Number(found.facts.schema) < SCHEMA_VERSION;
    const isWholeInside = found.problems.length - outside <= (isOlder ? 1 : 0);
    const advice = isOlder ? ADVICE.older : ADVICE.around;
    return { ...found, isReadable, advice: isWholeInside ? advice : null };
  } finally {
    db.close();
  }
}

function inspectPlace({ facts, problems }: Inspection, file: string): void {
  const { mode, size } = statSync(file);
  facts.bytes = size;
  if ((mode & 0o077) !== 0) {
    const octal = (mode & 0o777).toString(8);
    problems.push(
      `${file} has mode ${octal}, so that others than its owner can read or write it; \`chmod 600\` it`,
    );
  }
  const log = `${file}-wal`;
  facts.logBytes = existsSync(log) ? statSync(log).size : 0;
  if (facts.logBytes > LARGEST_LOG)
    problems.push(
      `its write-ahead log has ${mebibytes(facts.logBytes)}, and is not brought into the file: some process has been reading for very long`,
    );
  const { bavail, bsize } = statfsSync(dirname(file));
  facts.freeBytes = bavail * bsize;
  if (facts.freeBytes < LEAST_FREE)
    problems.push(`the disk has ${mebibytes(facts.freeBytes)} free; without room nothing is accepted`);
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / MIB)} MiB`;
}

/** Whether the content has the form that this Ghost reads. */
function inspectOpen(found: Inspection, db: DatabaseSync, file: string): boolean {
  const { facts, problems } = found;
  facts.sqlite = process.versions.sqlite ?? 'absent';
  attempt(found, 'its settings', () => Object.assign(facts, settingsOf(db)));
  const schema = attempt(found, 'its schema version', () => schemaVersion(db, file));
  if (schema === null) return false;
  facts.schema = schema;
  attempt(found, 'SQLite, integrity_check', () => {
    const told = db.prepare(`PRAGMA integrity_check(${MOST_TOLD})`).all();
    const wrong = told.map(({ integrity_check: line }) => String(line)).filter((line) => line !== 'ok');
    problems.push(...wrong.map((line) => `SQLite, integrity_check: ${line}`));
  });
  attempt(found, 'SQLite, foreign_key_check', () => {
    const told = db.prepare('PRAGMA foreign_key_check').all().slice(0, MOST_TOLD);
    problems.push(
      ...told.map(
        ({ table, rowid, parent }) => `row ${rowid} of table ${table} has no row of table ${parent}`,
      ),
    );
  });
  if (schema !== SCHEMA_VERSION) {
    problems.push(
      `it has schema ${schema}; \`ghost up\` brings it to ${SCHEMA_VERSION}, and then all of it can be checked`,
    );
    return false;
  }
  inspectRows(found, db);
  return true;
}

/** As this connection has them; one that has others is refused when it is opened. */
function settingsOf(db: DatabaseSync) {
  const { journal_mode: journalMode } = db.prepare('PRAGMA journal_mode').get() ?? {};
  const { synchronous } = db.prepare('PRAGMA synchronous').get() ?? {};
  return { journalMode: String(journalMode), synchronous: Number(synchronous) };
}
