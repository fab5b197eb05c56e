import { MongoClient } from 'mongodb';

export type MongoProbe =
  | {
      readonly kind: 'answers';
      readonly latencyMs: number;
      readonly version: string;
      /** Null for a server that stands alone. */
      readonly replicaSet: string | null;
    }
  | { readonly kind: 'silent'; readonly problem: string };

/** Connects, asks `ping`, `buildInfo` and `hello` once, and leaves. Never throws; the problem holds no password. */
export async function probeMongo(url: string, timeoutMs: number): Promise<MongoProbe> {
  let client: MongoClient | null = null;
  try {
    client = new MongoClient(url, {
      appName: 'ghost-probe',
      maxPoolSize: 1,
      serverSelectionTimeoutMS: timeoutMs,
      connectTimeoutMS: timeoutMs,
      socketTimeoutMS: timeoutMs,
    });
    return await ask(client);
  } catch (error) {
    return { kind: 'silent', problem: error instanceof Error ? error.message : String(error) };
  } finally {
    await client?.close(true).catch(() => undefined);
  }
}

async function ask(client: MongoClient): Promise<MongoProbe> {
  const database = client.db('admin');
  await client.connect();
  const startedAt = performance.now();
  await database.command({ ping: 1 });
  const latencyMs = Math.round(performance.now() - startedAt);
  const [{ version }, { setName }] = await Promise.all([
    database.command({ buildInfo: 1 }),
    database.command({ hello: 1 }),
  ]);
  return {
    kind: 'answers',
    latencyMs,
    version: `${version}`,
    replicaSet: setName === undefined ? null : `${setName}`,
  };
}
