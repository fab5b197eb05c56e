import type { McpServer } from '@modelcontextprotocol/server';

const RULES = [
  'Write the change as one patch that Ghost accepts:',
  '',
  '- A unified diff against the tip of the branch, with `--- a/PATH` and `+++ b/PATH` for every file, and three lines of context around each change. `*** Begin Patch`, SEARCH/REPLACE blocks and JSON edits are read as well.',
  '- Context and removed lines are those of the file as it is now. Read the file before; never write them from memory.',
  '- Every part must fit in exactly one place. Where a line is there more than once, give more context.',
  '- No placeholder such as "rest of the code unchanged": what is not written is not known.',
  '- It lands whole or not at all, in one commit, after all checks of the workspace passed. A patch may add checks and never weakens them.',
  '',
  "Then: rehearse_patch until it fits, submit_patch, wait_for_patch. Where it is rejected, repair what the repair request tells, send the whole patch again, and name the rejected one in `repairs`. After the last round it is a person's turn: stop and say so.",
  'Nothing but the state `landed` means that the change is on the branch.',
].join('\n');

export function addPrompt(server: McpServer): void {
  server.registerPrompt(
    'write_patch',
    { title: 'How to write a patch Ghost accepts', description: 'The rules for its text, and the loop.' },
    () => ({ messages: [{ role: 'user', content: { type: 'text', text: RULES } }] }),
  );
}
