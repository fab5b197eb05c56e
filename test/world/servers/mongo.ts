import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../git.ts';
import { answers } from './answers.ts';
import { classPath } from './class-path.ts';
import { freePort, serverOf, type TestServer } from './server.ts';

const CLASSES = classPath('mongo');

/** For `skip`: false where the server is there. */
export const MONGO_MISSING =
  CLASSES === null && 'NOT tested against a MongoDB wire server: npm test fetches it, with Maven and a JDK';

/** mongo-java-server on a file that outlives a SIGKILL; scripts/test-servers/MongoServer.java tells what it cannot do. */
export async function startMongo(): Promise<TestServer> {
  if (CLASSES === null) throw new Error(`${MONGO_MISSING}`);
  const port = await freePort();
  const folder = temporaryFolder('mongo');
  const jvm = ['-Xmx200m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', CLASSES];
  const args = [...jvm, 'MongoServer', join(folder, 'store.db'), `${port}`];
  const close = () => rmSync(folder, { recursive: true, force: true });
  const program = { command: 'java', args, isUp: () => answers(port) };
  return serverOf(port, `mongodb://127.0.0.1:${port}/`, program, close);
}
