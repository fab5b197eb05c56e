import { freshnessOf } from '../core/health/freshness.ts';
import { type LineReport, lineReports } from '../core/health/line-report.ts';
import { isOver, type Patch } from '../core/patch/patch.ts';
import { type Mode, modeOf, type Orders } from '../core/queue/orders.ts';
import type { Baseline, Remote, Workspace } from '../core/workspace.ts';
import { chooseWorkspace } from './choose-workspace.ts';
import type { Needs } from './needs.ts';
import { type OrderView, viewOrder } from './orders/list-phases.ts';
import { ordersOf } from './orders/orders-of.ts';
import { type AdmissionView, whoIsIn } from './who-is-in.ts';

/** A workspace with where its line stands now. Times are RFC 3339 in UTC. */
export interface WorkspaceView {
  readonly name: string;
  readonly gitDir: string;
  readonly workTree: string | null;
  /** Where the branch really lives; null for a repository on this machine. */
  readonly remote: RemoteView | null;
  readonly branch: string;
  readonly addedAt: string;
  readonly addedBy: string;
  readonly paused: string | null;
  readonly mode: Mode;
  /** Who set the mode, when and why; null where nobody ever did. */
  readonly modeOrder: OrderView | null;
  /** What its runner says of it; null where no living runner has it in hand. */
  readonly line: LineReport | null;
  /** From where on Ghost answers for the branch; null where that was never written down. */
  readonly baseline: Baseline | null;
  readonly queued: number;
  readonly held: number;
  /** The patch in a runner's hands, else the head of the line. */
  readonly head: { readonly id: string; readonly state: string; readonly notBefore: string | null } | null;
  readonly landed: number;
  readonly lastLanded: { readonly id: string; readonly commit: string } | null;
  readonly lease: {
    readonly owner: string | null;
    readonly token: number;
    readonly expiresAt: string;
  } | null;
  /** Who keeps others from asking for the lease; null where no store stands in front of the ledger. */
  readonly admission: AdmissionView | null;
}

interface RemoteView {
  readonly url: string;
  readonly writers: 'others' | 'ghost';
  /** Whether a remote that only Ghost writes has what landed last; null where it is landed there, or nothing landed. */
  readonly standing: 'followed' | 'behind' | null;
}

type DescribeNeeds = Pick<
  Needs,
  'workspaces' | 'ledger' | 'chains' | 'leaser' | 'admission' | 'heartbeats' | 'clock'
>;
type Reports = ReadonlyMap<string, LineReport>;

/** What is read once for all workspaces. */
interface Told {
  readonly reports: Reports;
  readonly orders: Orders;
}

export async function describeWorkspaces(needs: DescribeNeeds): Promise<readonly WorkspaceView[]> {
  const [all, told] = await Promise.all([needs.workspaces.list(), readTold(needs)]);
  return Promise.all(all.map((workspace) => describe(needs, workspace, told)));
}

/** @throws GhostError workspace_unknown */
export async function describeWorkspace(needs: DescribeNeeds, name: string): Promise<WorkspaceView> {
  return describe(needs, await chooseWorkspace(needs, name), await readTold(needs));
}

async function readTold(needs: DescribeNeeds): Promise<Told> {
  const [reports, orders] = await Promise.all([readReports(needs), ordersOf(needs)]);
  return { reports, orders };
}

async function readReports({ heartbeats, clock }: Pick<Needs, 'heartbeats' | 'clock'>): Promise<Reports> {
  const files = await heartbeats.read();
  const now = clock.now();
  const said = files.flatMap((file) => (file.kind === 'read' ? [file.heartbeat] : []));
  return lineReports(said.filter((heartbeat) => freshnessOf(heartbeat, now).problem === null));
}

async function describe(
  needs: Pick<Needs, 'ledger' | 'leaser' | 'admission'>,
  workspace: Workspace,
  { reports, orders }: Told,
): Promise<WorkspaceView> {
  const order = orders.modes.get(workspace.name);
  const [line, lease, admission] = await Promise.all([
    needs.ledger.line(workspace.name),
    needs.leaser.find(workspace.name),
    whoIsIn(needs, workspace.name),
  ]);
  const first = line.unfinished.find(({ state }) => !isOver(state)) ?? line.head;
  const landed = line.lastLanded?.state.name === 'landed' ? line.lastLanded.state.intent : null;
  return {
    name: workspace.name,
    gitDir: workspace.gitDir,
    workTree: workspace.workTree,
    remote: workspace.remote && remoteView(workspace.remote, line.lastLanded),
    branch: workspace.branch,
    addedAt: new Date(workspace.addedAt).toISOString(),
    addedBy: workspace.addedBy,
    paused: workspace.paused,
    mode: modeOf(orders, workspace.name),
    modeOrder: order === undefined ? null : viewOrder(order),
    line: reports.get(workspace.name) ?? null,
    baseline: workspace.baseline,
    queued: line.queued,
    held: line.held.length,
    head: first && {
      id: first.id,
      state: first.state.name,
      notBefore:
        first.state.name === 'queued' && first.state.notBefore !== null
          ? new Date(first.state.notBefore).toISOString()
          : null,
    },
    landed: landed?.landingSeq ?? 0,
    lastLanded: line.lastLanded && landed && { id: line.lastLanded.id, commit: landed.commit },
    lease: lease && {
      owner: lease.owner,
      token: lease.token,
      expiresAt: new Date(lease.expiresAt).toISOString(),
    },
    admission,
  };
}

/** The path of the credentials is nobody's business but the operator's of this machine. */
function remoteView({ url, writers }: Remote, lastLanded: Patch | null): RemoteView {
  if (writers === 'others' || lastLanded?.state.name !== 'landed') return { url, writers, standing: null };
  return { url, writers, standing: lastLanded.state.worktree === 'followed' ? 'followed' : 'behind' };
}
