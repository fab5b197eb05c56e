import { spawn } from 'node:child_process';
import { Fault } from './fault.js';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a command with inherited stdio, passes signals on, and resolves to how it ended: `{code, signal}`,
 * one of which is null. A command that cannot be started throws a Fault.
 */
export async function runChild(command, args, options = {}) {
  const child = spawn(command, args, { stdio: 'inherit', ...options });
  const stopForwarding = forwardSignals(child);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
  } catch (error) {
    throw cannotStart(command, error);
  } finally {
    stopForwarding();
  }
}

/** Ends this process as the child ended: with its exit code, or by the same signal. */
export function mirrorExit({ code, signal }) {
  if (signal) process.kill(process.pid, signal);
  else process.exitCode = code;
}

/** `exit code 3` or `signal SIGTERM`, for messages. */
export function describeExit({ code, signal }) {
  return signal ? `signal ${signal}` : `exit code ${code}`;
}

function forwardSignals(child) {
  const forward = (signal) => {
    // Ctrl-C at a terminal reaches the whole foreground group: passing it on would count as a second one.
    if (signal === 'SIGINT' && process.stdin.isTTY) return;
    child.kill(signal);
  };
  for (const signal of FORWARDED) process.on(signal, forward);
  return () => {
    for (const signal of FORWARDED) process.off(signal, forward);
  };
}

function cannotStart(command, error) {
  return new Fault({
    what: `cannot start ${command}`,
    where: `PATH=${process.env.PATH ?? ''}`,
    got: error.code ?? error.message,
    expected: 'an executable program',
    next: `install ${command}, or put the folder that holds it into PATH`,
  });
}
