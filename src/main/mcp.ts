import type { Readable, Writable } from 'node:stream';
import { createClient } from '../cli/client.ts';
import type { CliHost } from '../cli/host.ts';
import { EXIT, type ExitCode } from '../core/errors.ts';
import { actsOfService } from '../mcp/acts-of-service.ts';
import { serveOnStdio } from '../mcp/stdio.ts';

interface Hosting extends Pick<CliHost, 'findService' | 'clock' | 'stderr'> {
  readonly stdin: Readable;
  readonly stdout: Writable;
}

/** An MCP server on standard input and output, over the service that the command line reaches. */
export async function serveMcp({ stdin, stdout, ...host }: Hosting, version: string): Promise<ExitCode> {
  const acts = actsOfService(createClient(host), host.clock);
  const logError = (where: string, error: unknown) => {
    const words = error instanceof Error ? error.message : String(error);
    host.stderr.write(`ghost mcp: ${where}: ${words}\n`);
  };
  await serveOnStdio({ acts, version, clock: host.clock, logError }, { stdin, stdout });
  return EXIT.ok;
}
