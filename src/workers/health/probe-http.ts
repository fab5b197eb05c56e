import type { Probe } from '../../core/health/roll-up.ts';

/** Asks a service whether it is alive. Never throws. @param url null when nobody knows where it listens */
export async function probeHttp(url: string | null, signal: AbortSignal): Promise<Probe> {
  if (url === null) return { kind: 'missed', problem: 'nobody knows where it listens' };
  const startedAt = performance.now();
  try {
    const response = await fetch(new URL('/healthz', url), { signal, redirect: 'error' });
    await response.arrayBuffer();
    if (!response.ok) return { kind: 'failed', problem: `/healthz answered ${response.status}` };
    return { kind: 'answered', latencyMs: Math.round(performance.now() - startedAt) };
  } catch (error) {
    return { kind: 'failed', problem: reasonOf(error) };
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? `${cause.code}` : error.message;
}
