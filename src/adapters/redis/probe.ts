import { Redis } from 'ioredis';

export type RedisProbe =
  | { readonly kind: 'answers'; readonly latencyMs: number; readonly version: string; readonly role: string }
  | { readonly kind: 'silent'; readonly problem: string };

/** Connects, asks PING and INFO once, and leaves. Never throws; the problem holds no password. */
export async function probeRedis(url: string, timeoutMs: number): Promise<RedisProbe> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    enableOfflineQueue: false,
  });
  let problem = '';
  redis.on('error', (error: Error) => {
    problem ||= error.message;
  });
  const late = new Promise<never>((_, reject) => {
    redis.once('end', () => reject(new Error(problem || 'the connection ended')));
    setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs).unref();
  });
  try {
    return await Promise.race([ask(redis), late]);
  } catch (error) {
    return { kind: 'silent', problem: problem || (error instanceof Error ? error.message : String(error)) };
  } finally {
    redis.disconnect();
  }
}

async function ask(redis: Redis): Promise<RedisProbe> {
  await redis.connect();
  const startedAt = performance.now();
  await redis.ping();
  const latencyMs = Math.round(performance.now() - startedAt);
  const info = await redis.info();
  const field = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? 'unknown';
  return { kind: 'answers', latencyMs, version: field('redis_version'), role: field('role') };
}
