// A process that runs one command in a sandbox and is killed while it does.
import { commandSandbox } from '../../../../src/adapters/sandbox/sandbox.ts';

const [scratch = '', directory = '', script = ''] = process.argv.slice(2);
await commandSandbox({ scratch }).run(
  { argv: ['sh', '-c', script], directory, environment: {}, timeoutMs: 60_000, outputCap: 1024 },
  new AbortController().signal,
);
