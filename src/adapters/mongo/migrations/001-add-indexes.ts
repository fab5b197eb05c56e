import type { Mongo } from '../connection.ts';
import { INDEXES } from '../indexes.ts';

/** Every index that a query names. Made again, an index that is there is left alone. */
export async function addIndexes({ database, strict }: Mongo): Promise<void> {
  const { w, journal, wtimeoutMS } = strict.write.writeConcern;
  // The driver's own call leaves the write concern out.
  const writeConcern = { w, j: journal, wtimeout: wtimeoutMS };
  for (const [createIndexes, indexes] of Object.entries(INDEXES)) {
    await database.command({ createIndexes, indexes, writeConcern });
  }
}
