import { chooseWorkspace } from '../../../src/app/choose-workspace.ts';
import type { Needs } from '../../../src/app/needs.ts';
import type { Entry } from '../../../src/core/ledger/entry.ts';
import type { Patch } from '../../../src/core/patch/patch.ts';
import type { Acknowledged, LineHistory } from './line-history.ts';

type HistoryNeeds = Pick<Needs, 'workspaces' | 'ledger' | 'chains' | 'repositories'>;

const PAGE = 1_000;

/** All that is known of a workspace of this installation. Nothing may move meanwhile: it is read piece by piece. */
export async function readLineHistory(
  needs: HistoryNeeds,
  workspace: string,
  acknowledged: readonly Acknowledged[],
): Promise<LineHistory> {
  const open = await needs.repositories.open(await chooseWorkspace(needs, workspace));
  try {
    return {
      ...{ workspace, acknowledged },
      patches: await patchesOf(needs, workspace),
      entries: await entriesOf(needs, workspace),
      branch: await Array.fromAsync(open.history.since(null)),
    };
  } finally {
    await open.repository.close();
  }
}

async function patchesOf({ ledger }: HistoryNeeds, workspace: string): Promise<readonly Patch[]> {
  const pages: (readonly Patch[])[] = [];
  for (let before: number | undefined; ; before = pages[0]?.[0]?.seq) {
    const page = await ledger.list({ workspace, limit: PAGE, ...(before === undefined ? {} : { before }) });
    pages.unshift(page);
    if (page.length < PAGE) return pages.flat();
  }
}

async function entriesOf({ chains }: HistoryNeeds, workspace: string): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for (;;) {
    const page = await chains.entries(workspace, entries.at(-1)?.n ?? 0, PAGE);
    for (const entry of page) entries.push(entry);
    if (page.length < PAGE) return entries;
  }
}
