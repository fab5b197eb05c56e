import { fileHeartbeats } from '../adapters/files/heartbeats.ts';
import { freshnessOf } from '../core/health/freshness.ts';
import type { Heartbeat } from '../core/health/heartbeat.ts';
import { probeHttp } from '../workers/health/probe-http.ts';
import { type Config, packageRootOf, processVariables, readConfig } from './config.ts';
import { isOfThisHost } from './instance.ts';

/*
 * The health check of a container, whatever runs in it: every component that beats from this host has beaten lately, and
 * one that listens answers. That it is degraded is no reason to call it dead: starting it again would mend nothing.
 */

const ANSWERS_WITHIN_MS = 3_000;

/** What is wrong, in words; null when all that runs here is alive. */
async function problemOf(config: Config): Promise<string | null> {
  const newest = await newestBeats(config);
  if (newest.length === 0) return 'nothing that runs here has a heartbeat';
  const problems = await Promise.all(newest.map((heartbeat) => problemWith(config, heartbeat)));
  return problems.find((problem) => problem !== null) ?? null;
}

/** Of each component here the newest: a process that was killed leaves its last heartbeat to its successor's side. */
async function newestBeats({ home }: Config): Promise<readonly Heartbeat[]> {
  const newest = new Map<string, Heartbeat>();
  for (const file of await fileHeartbeats(home.heartbeats).read()) {
    if (file.kind === 'unreadable' || !isOfThisHost(file.heartbeat)) continue;
    const { component, at } = file.heartbeat;
    const known = newest.get(component);
    if (known === undefined || Date.parse(known.at) < Date.parse(at)) newest.set(component, file.heartbeat);
  }
  return [...newest.values()];
}

async function problemWith(config: Config, heartbeat: Heartbeat): Promise<string | null> {
  const { component } = heartbeat;
  const { health, problem } = freshnessOf(heartbeat, Date.now());
  if (health === 'unknown') return `${component}: ${problem ?? 'it does not know itself'}`;
  if (component !== 'gateway' && component !== 'runner') return null;
  const { port, url } = config[component];
  // With port 0 only the one that listens knows where.
  if (port === 0) return null;
  const probe = await probeHttp(url, AbortSignal.timeout(ANSWERS_WITHIN_MS));
  return probe.kind === 'answered'
    ? null
    : `${component}: ${'problem' in probe ? probe.problem : probe.kind}`;
}

const problem = await problemOf(readConfig(processVariables(), packageRootOf(import.meta.dirname)));
if (problem !== null) {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
}
