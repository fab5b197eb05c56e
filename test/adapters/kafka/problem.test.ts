import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MultipleErrors, NetworkError, ProtocolError, TimeoutError } from '@platformatic/kafka';
import { problemOf } from '../../../src/adapters/kafka/problem.ts';
import { secret } from '../../../src/platform/secret.ts';

const login = { mechanism: 'plain', user: 'ghost', password: secret('correct-horse') } as const;
const settings = { brokers: ['a:1', 'b:2'], topic: 'events', tls: 'off', authorities: null, login } as const;

/** As the package wraps what a broker said. */
const said = (error: Error) => new MultipleErrors('Producing messages failed.', [error]);
const node = (code: string) => new NetworkError('no', { cause: Object.assign(new Error(code), { code }) });

/** What one broker alone, or one on this machine, does not say. */
const WORDS: readonly (readonly [Error, RegExp])[] = [
  [said(new ProtocolError('NOT_ENOUGH_REPLICAS')), /^fewer replicas of events are in sync/],
  [said(new ProtocolError('NOT_ENOUGH_REPLICAS_AFTER_APPEND')), /^fewer replicas of events are in sync/],
  [said(new ProtocolError('INVALID_TIMESTAMP')), /^the clocks differ: a:1, b:2 refuses our time/],
  [said(new ProtocolError('TOPIC_AUTHORIZATION_FAILED')), /^user ghost may not write to events; allow it/],
  [said(new ProtocolError('KAFKA_STORAGE_ERROR')), /^a broker of a:1, b:2 says: KAFKA_STORAGE_ERROR$/],
  [said(new TimeoutError('Request timed out')), /^the brokers of a:1, b:2 do not answer in time$/],
  [said(node('ENOTFOUND')), /^no broker of a:1, b:2 can be reached: ENOTFOUND$/],
  [said(node('CERT_HAS_EXPIRED')), /^the certificate of a:1, b:2 is not trusted \(CERT_HAS_EXPIRED\)/],
  [said(node('ERR_TLS_CERT_ALTNAME_INVALID')), /is not trusted .* name brokers as it does$/],
];

describe('what stands in the way of publishing', () => {
  it('is said in words, with what to do', () => {
    for (const [error, words] of WORDS) assert.match(problemOf(error, settings), words);
  });

  it('holds no password, whatever went wrong', () => {
    for (const [error] of WORDS) assert.ok(!problemOf(error, settings).includes('correct-horse'));
  });
});
