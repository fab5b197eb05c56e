import { cancelTool } from './cancel.ts';
import { getGateTool } from './gate.ts';
import { logTool } from './log.ts';
import { getLineTool, getPatchTool, listTool } from './read.ts';
import { rehearseTool } from './rehearse.ts';
import { repairTool } from './repair.ts';
import { submitTool } from './submit.ts';
import type { Tool } from './tool.ts';
import { waitTool } from './wait.ts';

/** In the order of the loop. Nothing here approves, freezes or hands out tokens: those are for people. */
export const TOOLS: readonly Tool[] = [
  rehearseTool,
  submitTool,
  waitTool,
  repairTool,
  logTool,
  getPatchTool,
  getGateTool,
  getLineTool,
  listTool,
  cancelTool,
];
