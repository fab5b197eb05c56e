/** What a broker, the network or the package says, wherever in a tree of errors it stands. */
interface Said {
  /** Kafka's own names: `NOT_ENOUGH_REPLICAS`. */
  readonly protocol: readonly string[];
  /** Node's own names: `ECONNREFUSED`. */
  readonly system: readonly string[];
  readonly messages: readonly string[];
}

/** Which of the known things went wrong. */
export type Failure =
  | { readonly kind: 'unreachable'; readonly detail: string }
  | { readonly kind: 'silent' }
  | { readonly kind: 'no-topic' }
  | { readonly kind: 'too-few-replicas' }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'ahead' }
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'credentials' }
  | { readonly kind: 'mechanism' }
  | { readonly kind: 'tls-wanted' }
  | { readonly kind: 'tls-not-spoken' }
  | { readonly kind: 'certificate'; readonly detail: string }
  | { readonly kind: 'other'; readonly detail: string };

const CERTIFICATE = /CERT|UNABLE_TO_(?:VERIFY|GET)|ERR_TLS_CERT/;
const UNREACHABLE =
  /^(?:ECONN(?:REFUSED|RESET|ABORTED)|EPIPE|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/;

/** By the first of these that fits, the plainest cause first. */
const KINDS: readonly (readonly [Exclude<Failure['kind'], Detailed>, (said: Said) => boolean])[] = [
  ['tls-wanted', ({ messages }) => messages.includes('Broker requires TLS.')],
  [
    'tls-not-spoken',
    ({ messages, system }) => hasTls(messages) || system.some((code) => /^(?:ERR_SSL_|EPROTO)/.test(code)),
  ],
  ['mechanism', ({ protocol }) => protocol.includes('UNSUPPORTED_SASL_MECHANISM')],
  [
    'credentials',
    ({ protocol, messages }) =>
      protocol.includes('SASL_AUTHENTICATION_FAILED') || messages.includes('SASL authentication failed.'),
  ],
  ['forbidden', ({ protocol }) => protocol.some((name) => name.endsWith('_AUTHORIZATION_FAILED'))],
  [
    'no-topic',
    ({ protocol, messages }) =>
      protocol.includes('UNKNOWN_TOPIC_OR_PARTITION') ||
      messages.some((text) => text.startsWith('Unknown topic ')),
  ],
  [
    'too-large',
    ({ protocol }) =>
      protocol.some((name) => name === 'MESSAGE_TOO_LARGE' || name === 'RECORD_LIST_TOO_LARGE'),
  ],
  ['ahead', ({ protocol }) => protocol.includes('INVALID_TIMESTAMP')],
  ['too-few-replicas', ({ protocol }) => protocol.some((name) => name.startsWith('NOT_ENOUGH_REPLICAS'))],
];

type Detailed = 'unreachable' | 'certificate' | 'other' | 'silent';

export function failureOf(error: unknown): Failure {
  const said = read(error);
  const certificate = said.system.find((code) => CERTIFICATE.test(code));
  if (certificate !== undefined) return { kind: 'certificate', detail: certificate };
  const known = KINDS.find(([, fits]) => fits(said))?.[0];
  if (known !== undefined) return { kind: known };
  const unreachable = said.system.find((code) => UNREACHABLE.test(code));
  if (unreachable !== undefined) return { kind: 'unreachable', detail: unreachable };
  if (said.messages.some((text) => /timed out/.test(text))) return { kind: 'silent' };
  return { kind: 'other', detail: said.protocol.at(-1) ?? said.messages.at(-1) ?? String(error) };
}

function hasTls(messages: readonly string[]): boolean {
  return messages.some((text) => text.startsWith('TLS handshake failed'));
}

/** From the outermost error inwards. */
function read(error: unknown): Said {
  const said = { protocol: [] as string[], system: [] as string[], messages: [] as string[] };
  const pending: unknown[] = [error];
  for (const one of pending) {
    if (!(one instanceof Error)) continue;
    said.messages.push(one.message);
    if ('apiId' in one) said.protocol.push(String(one.apiId));
    if ('code' in one && !String(one.code).startsWith('PLT_')) said.system.push(String(one.code));
    if (one instanceof AggregateError) pending.push(...one.errors);
    pending.push(one.cause);
  }
  return said;
}
