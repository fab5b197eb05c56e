import type { LeaseRecord } from '../../../core/lease/lease.ts';
import type { Tokens } from '../../../ports/tokens.ts';
import type { Workspaces } from '../../../ports/workspaces.ts';
import type { IndexName } from '../indexes.ts';
import { leaseOf, type Row, registrationOf, type Table, tokenOf, workspaceOf } from '../rows.ts';
import { reading, type Source } from './source.ts';

export async function findLease(source: Source, name: string): Promise<LeaseRecord | null> {
  const row = await rowOf(source, 'leases', name);
  return row && leaseOf(row);
}

export function workspaceReads(source: Source): Pick<Workspaces, 'find' | 'list'> {
  const { mongo } = source;
  return {
    async find(name) {
      const row = await rowOf(source, 'workspaces', name);
      return row && registrationOf(row).workspace;
    },
    list: () =>
      reading(source, async () => {
        const rows = await mongo
          .table('workspaces')
          .find({ registered: 'yes' }, mongo.strict.read)
          .hint('workspace_registered' satisfies IndexName)
          .toArray();
        return rows.map(workspaceOf).toSorted((a, b) => (a.name < b.name ? -1 : 1));
      }),
  };
}

export function tokenReads(source: Source): Pick<Tokens, 'find' | 'list'> {
  const { mongo } = source;
  return {
    async find(id) {
      const row = await rowOf(source, 'tokens', id);
      return row && tokenOf(row);
    },
    list: () =>
      reading(source, async () => {
        const rows = await mongo.table('tokens').find({}, mongo.strict.read).hint('_id_').toArray();
        return rows.map(tokenOf).toSorted((a, b) => a.issuedAt - b.issuedAt || (a.id < b.id ? -1 : 1));
      }),
  };
}

function rowOf(source: Source, table: Table, id: string): Promise<Row | null> {
  const { mongo } = source;
  return reading(source, () =>
    mongo.table(table).findOne({ _id: id }, { ...mongo.strict.read, hint: '_id_' }),
  );
}
