import { fail } from '../../core/errors.ts';
import type { Mongo } from './connection.ts';
import { failureOf, unavailable } from './problems.ts';

/**
 * A database is the ledger of one installation, of the first that opened it: its leases and the fences of its branches
 * carry that one's id.
 * @throws GhostError config_invalid for another one's
 */
export async function claimFor(mongo: Mongo, installation: string): Promise<void> {
  const { meta, strict } = mongo;
  try {
    await meta.insertOne({ _id: 'installation', id: installation }, strict.write);
    return;
  } catch (error) {
    if (failureOf(error) !== 'taken') throw unavailable(error);
  }
  const owner = await ownerOf(mongo);
  if (owner !== installation) throw otherLedger(mongo, owner, installation);
}

/**
 * Looks whether it could be claimed, and claims nothing. @param installation null where none was made yet
 * @throws GhostError config_invalid for another one's
 */
export async function refuseOthers(mongo: Mongo, installation: string | null): Promise<void> {
  const owner = await ownerOf(mongo);
  if (owner !== undefined && owner !== installation) throw otherLedger(mongo, owner, installation);
}

function otherLedger({ database }: Mongo, owner: string | undefined, installation: string | null) {
  const ours = installation === null ? 'nobody yet' : `installation ${installation}`;
  return fail('config_invalid', {
    setting: 'GHOST_LEDGER',
    got: `the database ${database.databaseName}, which is the ledger of installation ${owner}`,
    expected: `one of ${ours} (data/installation): another database, or that installation's file here`,
  });
}

async function ownerOf({ meta }: Mongo): Promise<string | undefined> {
  try {
    // It stands in the way; whether a majority has it yet makes no difference.
    const owner = await meta.findOne({ _id: 'installation' }, { readPreference: 'primary' });
    return owner?.id;
  } catch (error) {
    throw unavailable(error);
  }
}
