import { McpServer, type ServerContext, type StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import { fail, GhostError } from '../core/errors.ts';
import { problemOf } from '../core/problem.ts';
import type { Clock } from '../platform/clock.ts';
import type { Acts } from './acts.ts';
import { readArguments } from './arguments.ts';
import { addPrompt } from './prompt.ts';
import { addResources } from './resources.ts';
import type { Nature, Told, Tool, Turn } from './tools/tool.ts';
import { TOOLS } from './tools/tools.ts';

export interface Serving {
  readonly acts: Acts;
  /** Of this Ghost. */
  readonly version: string;
  readonly clock: Pick<Clock, 'now'>;
  /** What nobody foresaw: it is answered as `internal`, and told here. */
  readonly logError: (tool: string, error: unknown) => void;
}

const INSTRUCTIONS = [
  'Ghost lands patches: every patch is checked on the tip of its branch and lands whole or not at all.',
  'Rehearse a patch, submit it, wait for it. Where it is rejected, read its repair request, repair the whole text,',
  'and submit it again with `repairs`. Success is the state `landed` and nothing else.',
].join(' ');

/** One server for one connection or one request, with the tools over `acts`. */
export function ghostServer(serving: Serving): McpServer {
  const server = new McpServer(
    { name: 'ghost', title: 'Ghost', version: serving.version },
    { instructions: INSTRUCTIONS },
  );
  for (const tool of TOOLS) addTool(server, tool, serving);
  addResources(server, serving.acts);
  addPrompt(server);
  return server;
}

const ANNOTATIONS = {
  reads: { readOnlyHint: true, idempotentHint: true, destructiveHint: false, openWorldHint: false },
  adds: { readOnlyHint: false, idempotentHint: true, destructiveHint: false, openWorldHint: false },
  ends: { readOnlyHint: false, idempotentHint: true, destructiveHint: true, openWorldHint: false },
} as const satisfies Record<Nature, object>;

function addTool(server: McpServer, tool: Tool, serving: Serving): void {
  const { name, title, description, takes, gives, nature } = tool;
  server.registerTool(
    name,
    {
      title,
      description,
      inputSchema: told({ ...takes }),
      outputSchema: told(gives),
      annotations: ANNOTATIONS[nature],
    },
    async (given, context) => answer(tool, serving, { given, context }),
  );
}

/** A schema that is shown. We judge ourselves, so that what is wrong is told in the form of every other error. */
function told(schema: Readonly<Record<string, unknown>>): StandardSchemaWithJSON {
  const shown = () => ({ ...schema });
  return {
    '~standard': {
      version: 1,
      vendor: 'ghost',
      jsonSchema: { input: shown, output: shown },
      validate: (value) => ({ value }),
    },
  };
}

async function answer(
  tool: Tool,
  { acts, clock, logError }: Serving,
  { given, context }: { readonly given: unknown; readonly context: ServerContext },
) {
  try {
    return resultOf(await tool.act(acts, readArguments(tool.takes, given), turnOf(context)));
  } catch (thrown) {
    if (!(thrown instanceof GhostError)) logError(tool.name, thrown);
    const error = thrown instanceof GhostError ? thrown : fail('internal', {}, { cause: thrown });
    return refusal(error, tool, clock.now());
  }
}

function resultOf({ text, data, failed }: Told) {
  const content = [{ type: 'text' as const, text }];
  return { content, structuredContent: { ...data }, ...(failed ? { isError: true } : {}) };
}

/** The same object as an HTTP client is answered; in words, what the author is asked for, or what happened and the way out. */
function refusal(error: GhostError, { name }: Tool, at: number) {
  const problem = problemOf(error, { instance: name, requestId: null, at });
  const text = repairText(error.repair) ?? `${error.message}\n${error.hint}`;
  return { content: [{ type: 'text' as const, text }], structuredContent: { ...problem }, isError: true };
}

function repairText(repair: unknown): string | null {
  const hasText = typeof repair === 'object' && repair !== null && 'text' in repair;
  return hasText && typeof repair.text === 'string' ? repair.text : null;
}

function turnOf({ mcpReq }: ServerContext): Turn {
  const { progressToken } = mcpReq._meta ?? {};
  let progress = 0;
  return {
    signal: mcpReq.signal,
    tell: (message) => {
      if (progressToken === undefined) return;
      progress += 1;
      const params = { progressToken, progress, message };
      // Whoever went away hears nothing; the call ends by its signal.
      mcpReq.notify({ method: 'notifications/progress', params }).catch(() => {});
    },
  };
}
