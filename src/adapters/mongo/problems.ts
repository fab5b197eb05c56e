import { BSON, MongoError, MongoServerError, MongoServerSelectionError } from 'mongodb';
import { fail, GhostError } from '../../core/errors.ts';

/**
 * What is known of a write that failed. `unsent`: it never left. `refused`: the server said no and did nothing.
 * `taken`: something has that key. `unknown`: it may be there, now or later.
 */
export type Failure = 'unsent' | 'refused' | 'taken' | 'unknown';

const DUPLICATE_KEY = 11_000;

/**
 * Unauthorized, AuthenticationFailed, CommandNotFound, NotWritablePrimary, BSONObjectTooLarge, NotPrimaryNoSecondaryOk,
 * NotPrimaryOrSecondary, Atlas' own for a login (github.com/mongodb/mongo, error_codes.yml). A step-down in mid write is
 * not among them.
 */
const REFUSED: ReadonlySet<unknown> = new Set([13, 18, 59, 8000, 10_107, 10_334, 13_435, 13_436]);

/**
 * Of the driver, by their names: they are thrown before a connection was given to the command. MongoClientClosedError is
 * not among them: it ends what is under way.
 */
const UNSENT: ReadonlySet<string> = new Set([
  'MongoServerSelectionError',
  'MongoTopologyClosedError',
  'MongoNotConnectedError',
  'MongoPoolClearedError',
  'MongoPoolClosedError',
  'MongoWaitQueueTimeoutError',
  'MongoInvalidArgumentError',
  'MongoMissingCredentialsError',
]);

/** A label of the driver's for a connection that broke before it could carry a command, and for a server too busy to take one. */
const BEFORE_ANY_COMMAND = 'SystemOverloadedError';

export function failureOf(error: unknown): Failure {
  if (error instanceof MongoServerError) {
    if (error.code === DUPLICATE_KEY) return 'taken';
    return REFUSED.has(error.code) ? 'refused' : 'unknown';
  }
  if (error instanceof MongoError && UNSENT.has(error.name)) return 'unsent';
  if (error instanceof MongoError && error.hasErrorLabel(BEFORE_ANY_COMMAND)) return 'unsent';
  // Sockets throw their own errors through the driver, with a part of the command sent.
  return BSON.BSONError.isBSONError(error) ? 'unsent' : 'unknown';
}

/** Nothing was done. */
export function unavailable(error: unknown): GhostError {
  if (error instanceof GhostError) return error;
  return fail('ledger_unavailable', { problem: wordsOf(error) }, { cause: error });
}

/** What went wrong and what to look at, without what only the URL may say. */
export function wordsOf(error: unknown): string {
  const { code, message } = innermost(error);
  const said = withoutCredentials(message);
  const advice = ADVICE.find(({ codes, words }) => codes.includes(code) || words?.test(said));
  return advice === undefined ? said : `${advice.says} (${said})`;
}

interface Advice {
  readonly codes: readonly number[];
  readonly words?: RegExp;
  readonly says: string;
}

const ADVICE: readonly Advice[] = [
  {
    codes: [18, 8000],
    words: /authentication failed/i,
    says: 'MongoDB refuses the user or the password of GHOST_LEDGER',
  },
  { codes: [13], says: 'the MongoDB user of GHOST_LEDGER lacks the role readWrite on its database' },
  {
    codes: [10_107, 13_435, 13_436],
    says: 'that MongoDB server is not the primary: name the replica set in GHOST_LEDGER, with replicaSet=NAME and without directConnection',
  },
  { codes: [64], says: 'no majority of the replica set has confirmed the write' },
  {
    codes: [],
    words: /^server selection timed out/i,
    says: 'no server that GHOST_LEDGER names is the primary of that replica set: look at rs.status() and at replicaSet=NAME',
  },
  { codes: [], words: /certificate|\bSSL\b|\bTLS\b/i, says: 'no TLS connection to MongoDB' },
];

/** A selection that timed out says why each server was not chosen; that is what helps. */
function innermost(error: unknown): { readonly code: number; readonly message: string } {
  if (error instanceof MongoServerSelectionError) {
    const servers = [...(error.reason?.servers.values() ?? [])];
    const cause = servers.map((server) => server.error).find((one) => one !== null && one !== undefined);
    if (cause) return innermost(cause);
  }
  if (error instanceof MongoServerError) return { code: Number(error.code), message: error.message };
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : null;
  const message = error instanceof Error ? error.message || cause?.message : String(error);
  return { code: 0, message: message || 'it broke off' };
}

function withoutCredentials(text: string): string {
  return text.replace(/(mongodb(?:\+srv)?:\/\/)[^@\s/]*@/gi, '$1***@');
}
