import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../git.ts';
import { answers } from './answers.ts';
import { classPath } from './class-path.ts';
import { freePort, serverOf, type TestServer } from './server.ts';

const CLASSES = classPath('kafka');

/** For `skip`: false where the broker is there. */
export const KAFKA_MISSING =
  CLASSES === null && 'NOT tested against a Kafka broker: npm test fetches it, with Maven and a JDK';

const JVM = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
/** Any id of 16 bytes will do, in the base64 of URLs. */
const CLUSTER = 'Z2hvc3QtdGVzdHMtb24taA';

/**
 * Apache Kafka in KRaft mode, broker and controller in one process; its `url` is what clients bootstrap from. Topics come
 * into being only where somebody makes them. With `advertised`, clients are sent to that port, where a proxy stands.
 */
export async function startKafka(
  settings: Readonly<Record<string, string>> = {},
  advertised?: number,
  doors: KafkaDoors = { listeners: [], scram: [] },
): Promise<TestServer> {
  if (CLASSES === null) throw new Error(`${KAFKA_MISSING}`);
  const [port, controller] = [await freePort(), await freePort()];
  const folder = temporaryFolder('kafka');
  const ports = { port, controller, advertised: advertised ?? port };
  const all = { ...standing(folder, ports, doors), ...settings };
  const properties = join(folder, 'server.properties');
  writeFileSync(
    properties,
    Object.entries(all)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
  const users = doors.scram.flatMap((user) => ['--add-scram', user]);
  const format = ['kafka.tools.StorageTool', 'format', '-t', CLUSTER, '-c', properties, ...users];
  execFileSync('java', [...JVM, '-cp', CLASSES, ...format], { stdio: ['ignore', 'ignore', 'pipe'] });
  const program = {
    command: 'java',
    args: [...JVM, '-cp', CLASSES, 'kafka.Kafka', properties],
    isUp: () => answers(port),
  };
  const close = () => rmSync(folder, { recursive: true, force: true });
  return serverOf(port, `127.0.0.1:${port}`, program, close);
}

/** Other ways in than the plain one. */
export interface KafkaDoors {
  readonly listeners: readonly {
    readonly name: string;
    readonly protocol: 'SSL' | 'SASL_PLAINTEXT';
    readonly port: number;
  }[];
  /** Users, as `SCRAM-SHA-512=[name=NAME,password=PASSWORD]`. */
  readonly scram: readonly string[];
}

interface Ports {
  readonly port: number;
  readonly controller: number;
  readonly advertised: number;
}

function standing(
  folder: string,
  { port, controller, advertised }: Ports,
  { listeners }: KafkaDoors,
): Record<string, string> {
  const more = listeners.map((one) => `,${one.name}://127.0.0.1:${one.port}`).join('');
  const protocols = listeners.map(({ name, protocol }) => `,${name}:${protocol}`).join('');
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}${more}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${advertised}${more}`,
    'listener.security.protocol.map': `PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT${protocols}`,
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': join(folder, 'data'),
    'auto.create.topics.enable': 'false',
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    // Killed, it is believed alive for so long by itself, and does not come back before.
    'broker.session.timeout.ms': '1000',
    'broker.heartbeat.interval.ms': '200',
  };
}
