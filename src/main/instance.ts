import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

/** Tells one run of one process from every other: `runner-host-4711-9f2c`. */
export function newInstance(component: string): string {
  return `${component}-${hostname()}-${process.pid}-${randomBytes(2).toString('hex')}`;
}

/** Whether a process of this host, or of this container, is called so. */
export function isOfThisHost({ component, instance }: { component: string; instance: string }): boolean {
  return instance.startsWith(`${component}-${hostname()}-`);
}
