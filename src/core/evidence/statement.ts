import { canonicalJson, type Json } from '../json.ts';

/** What an in-toto Statement is about, each by its digests (in-toto attestation framework, v1). */
export interface Subject {
  readonly name: string;
  readonly digest: Readonly<Record<string, string>>;
}

export interface Statement {
  readonly _type: typeof STATEMENT;
  readonly subject: readonly Subject[];
  readonly predicateType: string;
  readonly predicate: Json;
}

export const STATEMENT = 'https://in-toto.io/Statement/v1';

/** The bytes that go into an envelope. */
export function statementBytes(statement: Statement): Uint8Array {
  return Buffer.from(canonicalJson(statement), 'utf8');
}
