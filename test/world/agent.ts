import { fileURLToPath } from 'node:url';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { bareEnvironment } from './processes.ts';

/** The protocol of 2026-07-28, or the one before. */
export type Era = 'modern' | 'legacy';

interface Answered {
  readonly isError: boolean;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into what came back
  readonly data: any;
}

/** An agent that uses the official client library. */
export interface Agent {
  readonly client: Client;
  call(tool: string, given?: Record<string, unknown>, heard?: string[]): Promise<Answered>;
  close(): Promise<void>;
}

export function agentOverHttp(url: string, token: string, era: Era): Promise<Agent> {
  const headers = { authorization: `Bearer ${token}` };
  return connected(
    new StreamableHTTPClientTransport(new URL('/mcp', url), { requestInit: { headers } }),
    era,
  );
}

/** Starts `ghost mcp` as an agent's host does. */
export function agentOnStdio(settings: Readonly<Record<string, string>>, era: Era): Promise<Agent> {
  const ghost = fileURLToPath(new URL('../../bin/ghost', import.meta.url));
  const env = { ...bareEnvironment(), ...settings };
  const child = { command: process.execPath, args: [ghost, 'mcp'], env, stderr: 'pipe' as const };
  return connected(new StdioClientTransport(child), era);
}

async function connected(
  transport: StreamableHTTPClientTransport | StdioClientTransport,
  era: Era,
): Promise<Agent> {
  const mode = era === 'legacy' ? 'legacy' : { pin: '2026-07-28' };
  const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode } });
  await client.connect(transport);
  return {
    client,
    call: async (name, given = {}, heard) => {
      const onprogress = heard && { onprogress: ({ message = '' }) => void heard.push(message) };
      const result = await client.callTool({ name, arguments: given }, { ...onprogress });
      const [first] = result.content;
      const text = first?.type === 'text' ? first.text : '';
      return { isError: result.isError === true, text, data: result.structuredContent };
    },
    close: () => client.close(),
  };
}
