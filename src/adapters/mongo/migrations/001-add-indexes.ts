import type { IndexDescription } from 'mongodb';
import type { Mongo } from '../connection.ts';
import { INDEXES } from '../indexes.ts';

/** Every index that a query names. Made again, an index that is there is left alone. */
export async function addIndexes({ database, strict, patience }: Mongo): Promise<void> {
  for (const [collection, indexes] of Object.entries(INDEXES)) {
    const made: IndexDescription[] = indexes.map((index) => ({ ...index }));
    const options = { ...strict.write, maxTimeMS: patience.answerMs };
    await database.collection(collection).createIndexes(made, options);
  }
}
