import { type McpServer, ResourceTemplate } from '@modelcontextprotocol/server';
import type { Acts } from './acts.ts';
import { sayGate } from './tools/gate.ts';

const JSON_TYPE = 'application/json';
/** The state of a line is read, not the history. */
const MOST_WAITING = 200;

/** What an agent may read without a tool: one patch, what waits, and what has to be passed. */
export function addResources(server: McpServer, acts: Acts): void {
  server.registerResource(
    'patch',
    new ResourceTemplate('ghost://patch/{id}', { list: undefined }),
    { title: 'A patch', description: 'Where it stands, with its repair request.', mimeType: JSON_TYPE },
    async (uri, { id }) => contents(uri, await acts.find(String(id))),
  );
  server.registerResource(
    'queue',
    'ghost://queue',
    { title: 'The queue', description: 'Patches that wait or are in hand.', mimeType: JSON_TYPE },
    async (uri) => {
      const states = ['queued', 'held', 'checking', 'landing'] as const;
      return contents(uri, await acts.list({ workspace: null, states, limit: MOST_WAITING, before: null }));
    },
  );
  addRules(server, acts);
}

const RULES = {
  title: 'The rules',
  description: 'What a patch has to pass, in words.',
  mimeType: 'text/plain',
};

function addRules(server: McpServer, acts: Acts): void {
  const told = async (uri: URL, workspace: string | null) => ({
    contents: [{ uri: uri.href, mimeType: RULES.mimeType, text: sayGate(await acts.gate(workspace)) }],
  });
  server.registerResource('rules', 'ghost://rules', RULES, (uri) => told(uri, null));
  const each = new ResourceTemplate('ghost://rules/{workspace}', { list: undefined });
  server.registerResource('rules-of-workspace', each, RULES, (uri, { workspace }) =>
    told(uri, String(workspace)),
  );
}

function contents(uri: URL, data: object) {
  return { contents: [{ uri: uri.href, mimeType: JSON_TYPE, text: JSON.stringify(data, null, 2) }] };
}
