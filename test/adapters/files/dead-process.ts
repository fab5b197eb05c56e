import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Identity, identify } from '../../../src/platform/process-identity.ts';

/** Who a process was that has been killed. */
export async function aDeadProcess(): Promise<Identity> {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  const owner = child.pid === undefined ? null : identify(child.pid);
  child.kill('SIGKILL');
  await once(child, 'exit');
  if (owner === null) throw new Error('there is no /proc to tell processes by');
  return owner;
}
