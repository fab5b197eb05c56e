import { appendFileSync, closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Acknowledged } from '../../../test/world/history/line-history.ts';

/** What authors were promised, on disk: it would else be what grows. Not synced, because this process is not among the killed. */
export interface Receipts {
  keep(workspace: string, receipt: Acknowledged): void;
  of(workspace: string): readonly Acknowledged[];
  close(): void;
}

export function openReceipts(folder: string): Receipts {
  const files = new Map<string, number>();
  const path = (workspace: string) => join(folder, `${workspace}.receipts`);
  return {
    keep: (workspace, receipt) => {
      const file = files.get(workspace) ?? openSync(path(workspace), 'a');
      files.set(workspace, file);
      appendFileSync(file, `${JSON.stringify(receipt)}\n`);
    },
    of: (workspace) =>
      files.has(workspace)
        ? readFileSync(path(workspace), 'utf8')
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line) as Acknowledged)
        : [],
    close: () => {
      for (const file of files.values()) closeSync(file);
    },
  };
}
