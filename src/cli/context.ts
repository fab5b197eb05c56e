import type { ExitCode } from '../core/errors.ts';
import type { Client } from './client.ts';
import type { CliHost, OpenedNeeds, OpenPurpose } from './host.ts';
import type { Print } from './print.ts';

/** What every command is built with. */
export interface Context {
  readonly host: CliHost;
  readonly client: Client;
  /** Runs a command's body and keeps its exit code; what it throws becomes a problem on standard error. */
  run(act: (print: Print) => Promise<ExitCode>): Promise<void>;
}

/** Opens the state, uses it and closes it again, whatever happens. */
export async function withNeeds<T>(
  host: CliHost,
  purpose: OpenPurpose,
  use: (needs: OpenedNeeds['needs']) => Promise<T>,
): Promise<T> {
  const opened = await host.open(purpose);
  try {
    return await use(opened.needs);
  } finally {
    await opened.close();
  }
}
