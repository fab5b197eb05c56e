import type { Mongo } from '../connection.ts';
import type { View, Want } from '../decide/view.ts';
import { INDEX_OF } from '../indexes.ts';
import type { Row } from '../rows.ts';

/** Loads what the view does not have yet: one query for each table and field, all of them at once. */
export async function load(mongo: Mongo, view: View, wants: readonly Want[]): Promise<void> {
  const groups = new Map<string, Want[]>();
  for (const want of wants) {
    if (view.knows(want)) continue;
    const key = `${want.table} ${want.field}`;
    const group = groups.get(key) ?? [];
    groups.set(key, [...group, want]);
  }
  await Promise.all([...groups.values()].map((group) => loadGroup(mongo, view, group)));
}

async function loadGroup(mongo: Mongo, view: View, wants: readonly Want[]): Promise<void> {
  const [first] = wants;
  if (first === undefined) return;
  const { table, field } = first;
  const values = [...new Set(wants.map(({ value }) => value))];
  const rows = await mongo
    .table(table)
    .find({ [field]: { $in: values } }, { ...mongo.strict.read, projection: { rev: 0 } })
    .hint(INDEX_OF[field] ?? '_id_')
    .toArray();
  const byValue = Map.groupBy(rows as readonly Row[], (row) => `${row[field]}`);
  for (const value of values) view.load({ table, field, value }, byValue.get(value) ?? []);
}
