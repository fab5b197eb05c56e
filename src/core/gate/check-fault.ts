import type { Fault } from '../change/fault.ts';
import { faultOf } from '../change/fault-of.ts';
import type { PatchId } from '../patch/id.ts';
import { sayCircumstances } from './say-verdict.ts';
import type { Verdict } from './verdict.ts';

/** Enough to see what went wrong; the log has the rest. */
const SHOWN_LINES = 10;
const SHOWN_WIDTH = 200;

/** What a failed check has to tell the author: how it ended and the last of what it printed. */
export function checkFault(patch: PatchId, verdict: Verdict): Fault {
  const { check, source, kind = 'command', exitCode, signal, detail, output } = verdict;
  const whose = source === 'patch' ? ', which the patch brought,' : '';
  const ended =
    detail ?? (signal === null ? `it ended with exit code ${exitCode}` : `it was ended by ${signal}`);
  const ending = [ended, ...sayCircumstances(verdict)].join('; ');
  const printed = output.tail.trimEnd();
  const lines =
    printed === ''
      ? []
      : printed
          .split('\n')
          .slice(-SHOWN_LINES)
          .map((line) => line.slice(0, SHOWN_WIDTH));
  const said =
    lines.length === 0
      ? 'it printed nothing'
      : ['it printed last:', ...lines.map((line) => `  ${line}`)].join('\n');
  return faultOf('check_failed', {
    message: `Check ${check}${whose} failed: ${ending}; ${said}`,
    hint: `\`ghost log ${patch}\` shows all that it printed.${kind === 'command' ? ' It ran on a private copy of the tree.' : ''}`,
  });
}
