import { join, resolve } from 'node:path';

/** Where an installation keeps its state. All paths are absolute. */
export interface Home {
  /** What GHOST_HOME names, or the checkout. */
  readonly root: string;
  readonly data: string;
  readonly logs: string;
  readonly summaries: string;
  readonly heartbeats: string;
  readonly keys: string;
  /** Bearer token of the local command line, mode 0600. */
  readonly operatorToken: string;
  readonly ledgerFile: string;
  /** What may be lost: cache, registry, counters. */
  readonly fleetingFile: string;
  readonly policyFile: string;
  /** Who outside is told of events. */
  readonly webhooksFile: string;
  readonly secrets: string;
  readonly scratch: string;
  readonly outputs: string;
  /** What is installed for checks. */
  readonly packages: string;
  /** Signed bundles of landed patches. */
  readonly evidence: string;
  /** Copies of remotes. */
  readonly mirrors: string;
  readonly wake: string;
  /** Held, by a lock that the kernel frees, while a `ghost up` of this home runs. */
  readonly lockFile: string;
  /** Which process that is and where its services answer. */
  readonly runningFile: string;
  readonly demo: string;
}

/** Everything inside one folder. */
export function homeInFolder(folder: string): Home {
  const root = resolve(folder);
  return layOut({ root, data: root });
}

/** The checkout is the home: data, logs and summaries stand in it. */
export function homeInCheckout(packageRoot: string): Home {
  return layOut({ root: packageRoot, data: join(packageRoot, 'data') });
}

function layOut({ root, data }: { root: string; data: string }): Home {
  const summaries = join(root, 'summaries');
  const keys = join(data, 'keys');
  return {
    root,
    data,
    logs: join(root, 'logs'),
    summaries,
    heartbeats: join(summaries, '_heartbeat'),
    keys,
    operatorToken: join(keys, 'operator.token'),
    ledgerFile: join(data, 'ledger.db'),
    fleetingFile: join(data, 'cache.db'),
    policyFile: join(data, 'policy.yml'),
    webhooksFile: join(data, 'webhooks.yml'),
    secrets: join(data, 'secrets'),
    scratch: join(data, 'scratch'),
    outputs: join(data, 'outputs'),
    packages: join(data, 'packages'),
    evidence: join(data, 'evidence'),
    mirrors: join(data, 'mirrors'),
    wake: join(data, 'wake'),
    lockFile: join(data, 'up.lock'),
    runningFile: join(data, 'running.json'),
    demo: join(data, 'demo'),
  };
}
