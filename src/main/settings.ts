export interface Setting {
  readonly name: string;
  /** As an operator would write it; null when there is none. */
  readonly standard: string | null;
  readonly meaning: string;
  /** Its value holds a password, or may: it is shown nowhere. */
  readonly secret?: true;
}

/** Every variable of the environment that Ghost reads; docs/configuration.md tells the same. */
export const SETTINGS: readonly Setting[] = [
  {
    name: 'GHOST_HOME',
    standard: null,
    meaning: 'folder that holds everything; unset: data, logs and summaries of the checkout',
  },
  { name: 'GHOST_HOST', standard: '127.0.0.1', meaning: 'address that the gateway and the runner listen on' },
  {
    name: 'GHOST_ADVERTISED_HOST',
    standard: null,
    meaning:
      'name or address by which other machines reach this one; unset: GHOST_HOST, or the name of the machine',
  },
  { name: 'GHOST_GATEWAY_PORT', standard: '5555', meaning: 'port of the gateway; 0 takes a free one' },
  { name: 'GHOST_RUNNER_PORT', standard: '5051', meaning: 'port of the runner; 0 takes a free one' },
  { name: 'GHOST_COOLDOWN', standard: '10s', meaning: 'between two executions on one workspace; 0 for none' },
  {
    name: 'GHOST_LEASE_TTL',
    standard: '15s',
    meaning: 'after this silence another runner may take a workspace over',
  },
  {
    name: 'GHOST_REPAIR_ROUNDS',
    standard: '5',
    meaning: 'how often in a row a rejected patch may be repaired; 0 for never',
  },
  {
    name: 'GHOST_OUTPUTS_KEPT',
    standard: '90d',
    meaning: 'how long what checks printed is kept; 0 for ever',
  },
  {
    name: 'GHOST_NPM_REGISTRY',
    standard: null,
    meaning:
      'http:// or https:// URL of the registry from which packages are installed for checks; unset: none are',
  },
  { name: 'GHOST_LOG_LEVEL', standard: 'info', meaning: 'debug, info, warn or error' },
  {
    name: 'GHOST_CORS_ORIGINS',
    standard: 'localhost,ghost.fly.dev,runner.thoughtmarks.app',
    meaning:
      'origins that browsers may call from, with commas between; a bare host means https, localhost every port',
  },
  { name: 'GHOST_RATE_LIMIT', standard: '60', meaning: 'requests a minute for each client; 0 for no limit' },
  {
    name: 'GHOST_SLACK_SIGNING_SECRET',
    standard: null,
    secret: true,
    meaning: 'signing secret of the Slack app; unset: the Slack routes refuse everything',
  },
  {
    name: 'GHOST_SLACK_SIGNING_SECRET_FILE',
    standard: null,
    meaning: 'file with the signing secret, instead of the variable',
  },
  {
    name: 'GHOST_INBOX',
    standard: null,
    meaning: 'folder with a folder for each workspace, whose files are submitted; unset: no inbox',
  },
  {
    name: 'GHOST_INBOX_QUIET',
    standard: '2s',
    meaning: 'a file that nobody has changed for so long is whole',
  },
  {
    name: 'GHOST_INBOX_WORLD_WRITABLE',
    standard: 'refused',
    meaning: 'refused or allowed: an inbox into which everybody may write',
  },
  {
    name: 'GHOST_SLOTS',
    standard: null,
    meaning: 'how many workspaces one runner executes at a time; unset: no limit',
  },
  {
    name: 'GHOST_ISOLATION_AT_MOST',
    standard: '3',
    meaning: '0, 1, 2 or 3: isolates checks less than the machine could, to try what that is like',
  },
  {
    name: 'GHOST_LEDGER',
    standard: null,
    secret: true,
    meaning: 'mongodb:// or mongodb+srv:// URL of the ledger; unset: SQLite in the home',
  },
  { name: 'GHOST_LEDGER_FILE', standard: null, meaning: 'file with that URL, instead of the variable' },
  {
    name: 'GHOST_REDIS_URL',
    standard: null,
    secret: true,
    meaning: 'redis:// or rediss:// URL of what may be lost; unset: files in the home',
  },
  { name: 'GHOST_REDIS_URL_FILE', standard: null, meaning: 'file with that URL, instead of the variable' },
  {
    name: 'GHOST_KAFKA_BROKERS',
    standard: null,
    meaning: 'HOST:PORT of brokers that events are published to, with commas between; unset: none',
  },
  { name: 'GHOST_KAFKA_TOPIC', standard: 'ghost.events', meaning: 'topic of the events' },
  {
    name: 'GHOST_KAFKA_TLS',
    standard: 'off',
    meaning: 'off or on: whether the brokers are spoken to through TLS',
  },
  {
    name: 'GHOST_KAFKA_CA_FILE',
    standard: null,
    meaning: 'file with certificates in PEM that the brokers are trusted by; unset: those that Node trusts',
  },
  {
    name: 'GHOST_KAFKA_MECHANISM',
    standard: 'scram-sha-512',
    meaning: 'how user and password are proven: plain, scram-sha-256 or scram-sha-512',
  },
  { name: 'GHOST_KAFKA_USER', standard: null, meaning: 'user at the brokers; unset: they ask for none' },
  { name: 'GHOST_KAFKA_PASSWORD', standard: null, secret: true, meaning: 'password of that user' },
  {
    name: 'GHOST_KAFKA_PASSWORD_FILE',
    standard: null,
    meaning: 'file with that password, instead of the variable',
  },
  {
    name: 'GHOST_URL',
    standard: null,
    secret: true,
    meaning: 'the service that the command line talks to; unset: the one of this home',
  },
  {
    name: 'GHOST_TOKEN',
    standard: null,
    secret: true,
    meaning: 'bearer token of the command line; unset: the operator token of this home',
  },
];

/** Settings that were, and what took their place. */
export const REPLACED: ReadonlyMap<string, string> = new Map([
  ['GHOST_MONGO_URL', 'GHOST_LEDGER, which replaced it and holds the ledger there'],
]);
