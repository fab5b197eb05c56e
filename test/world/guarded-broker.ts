import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type FaultyBroker, startFaultyBroker } from './faulty-broker.ts';
import { temporaryFolder } from './git.ts';
import { freePort } from './servers/server.ts';

/** A broker with a door for everybody, behind a network that fails, one for users and one through TLS. */
export interface GuardedBroker extends FaultyBroker {
  /** `HOST:PORT` of each. */
  readonly doors: { readonly plain: string; readonly users: string; readonly tls: string };
  /** What signed the certificate behind the last, in PEM. */
  readonly authority: string;
}

/** The user who may do everything; `guest` with the same password may do nothing. */
export const USER = { name: 'ghost', password: 'correct-horse' } as const;

export async function startGuardedBroker(): Promise<GuardedBroker> {
  const { key, certificate } = selfSigned();
  const [users, tls] = [await freePort(), await freePort()];
  const login = 'listener.name.users';
  const settings = {
    [`${login}.sasl.enabled.mechanisms`]: 'PLAIN,SCRAM-SHA-512',
    [`${login}.plain.sasl.jaas.config`]: `org.apache.kafka.common.security.plain.PlainLoginModule required user_${USER.name}="${USER.password}" user_guest="${USER.password}";`,
    [`${login}.scram-sha-512.sasl.jaas.config`]:
      'org.apache.kafka.common.security.scram.ScramLoginModule required;',
    'listener.name.tls.ssl.keystore.type': 'PEM',
    'listener.name.tls.ssl.keystore.certificate.chain': inOneLine(certificate),
    'listener.name.tls.ssl.keystore.key': inOneLine(key),
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': `User:ANONYMOUS;User:${USER.name}`,
  };
  const broker = await startFaultyBroker(settings, {
    listeners: [
      { name: 'USERS', protocol: 'SASL_PLAINTEXT', port: users },
      { name: 'TLS', protocol: 'SSL', port: tls },
    ],
    scram: [`SCRAM-SHA-512=[name=${USER.name},password=${USER.password}]`],
  });
  const [plain = ''] = broker.settingsFor('any').brokers;
  return {
    ...broker,
    doors: { plain, users: `127.0.0.1:${users}`, tls: `127.0.0.1:${tls}` },
    authority: certificate,
  };
}

/** As values in a file of Java properties. */
function inOneLine(pem: string): string {
  return pem.replaceAll('\n', '\\n');
}

function selfSigned(): { readonly key: string; readonly certificate: string } {
  const folder = temporaryFolder('certificate');
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1';
  const options = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
  execFileSync('openssl', ['req', ...options, '-addext', names, '-keyout', key, '-out', certificate], {
    stdio: 'ignore',
  });
  const made = { key: readFileSync(key, 'utf8'), certificate: readFileSync(certificate, 'utf8') };
  rmSync(folder, { recursive: true });
  return made;
}
