import { connect } from 'node:net';
import { setTimeout as after } from 'node:timers/promises';

const LOOK_EVERY_MS = 20;

/** Resolves when somebody takes connections on the port. */
export async function answers(port: number): Promise<void> {
  while (!(await isTaken(port))) await after(LOOK_EVERY_MS);
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const answer = (taken: boolean) => {
      socket.destroy();
      resolve(taken);
    };
    socket.once('connect', () => answer(true)).once('error', () => answer(false));
  });
}
