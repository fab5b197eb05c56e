import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { addWorkspace } from '../../../src/app/add-workspace.ts';
import { projectOutbox } from '../../../src/app/project-outbox.ts';
import { submitPatch } from '../../../src/app/submit-patch.ts';
import { verifyAudit } from '../../../src/app/verify/verify-audit.ts';
import { verifyWorkspace } from '../../../src/app/verify/verify-workspace.ts';
import type { PatchId } from '../../../src/core/patch/id.ts';
import { isOver } from '../../../src/core/patch/patch.ts';
import { creating } from '../../world/diffs.ts';
import { aRepository, git, temporaryFolder } from '../../world/git.ts';
import type { Acknowledged, LineHistory } from '../../world/history/line-history.ts';
import { readLineHistory } from '../../world/history/read-line-history.ts';
import { violationsIn } from '../../world/history/violations.ts';
import { type Installation, installationSettings, openInstallationFor } from '../../world/installation.ts';
import { eventually } from '../../world/processes.ts';
import { Lanes, type LanesOptions } from './lanes.ts';
import { Shims } from './shims.ts';

const WORKSPACE = 'main';

/** One installation with one line on a checked-out repository, used for fault after fault. */
export class Scene {
  readonly installation: Installation;
  readonly repository: string;
  readonly shims: Shims;
  readonly folder: string;
  readonly #acknowledged: Acknowledged[] = [];
  #submitted = 0;
  /** Whose end the history was not yet judged with. */
  #pending: PatchId[] = [];

  private constructor(folder: string, repository: string, installation: Installation) {
    this.folder = folder;
    this.repository = repository;
    this.installation = installation;
    this.shims = new Shims(folder);
  }

  static async open(): Promise<Scene> {
    const folder = temporaryFolder('faults');
    const installation = await openInstallationFor(installationSettings(join(folder, 'home')));
    const repository = aRepository();
    await addWorkspace(installation.needs, {
      ...{ name: WORKSPACE, repo: repository, branch: 'main', checks: [], actor: 'test', adopt: false },
    });
    return new Scene(folder, repository, installation);
  }

  get patches(): number {
    return this.#submitted;
  }

  /** Another patch: a file of its own, in one of some folders. */
  another(): { readonly body: Buffer; readonly key: string } {
    this.#submitted += 1;
    const n = this.#submitted;
    return { body: Buffer.from(creating(`d${n % 7}/f${n}.txt`, `line ${n}`)), key: `key-${n}` };
  }

  async submit(): Promise<void> {
    const { body, key } = this.another();
    const { patch } = await submitPatch(this.installation.needs, {
      ...{ workspace: WORKSPACE, body, format: null, title: null, author: 'test', origin: 'http' },
      ...{ idempotencyKey: key, force: false },
    });
    this.acknowledge({ id: patch.id, key, digest: patch.digest });
  }

  /** A receipt reached its author. */
  acknowledge(receipt: Acknowledged): void {
    this.#acknowledged.push(receipt);
    this.#pending.push(receipt.id);
  }

  lanes(more: Partial<LanesOptions> = {}): Lanes {
    const { settings } = this.installation;
    return new Lanes({ settings, leaseMs: 400, programs: this.shims.folder, ...more });
  }

  /** Whether every patch has come to its end and what landed last was followed. */
  async isAtRest(): Promise<boolean> {
    const { ledger } = this.installation.needs;
    for (const id of this.#pending) {
      const patch = await ledger.find(id);
      if (patch === null) return true;
      if (!isOver(patch.state)) return false;
      if (patch.state.name !== 'landed') continue;
      if (patch.state.worktree === null || patch.state.attested === undefined) return false;
    }
    return true;
  }

  atRest(limitMs: number): Promise<boolean> {
    return eventually('the line is at rest', () => this.isAtRest(), limitMs);
  }

  history(): Promise<LineHistory> {
    return readLineHistory(this.installation.needs, WORKSPACE, this.#acknowledged);
  }

  /** What must not change when somebody who was stopped goes on. */
  async standing(): Promise<string> {
    const { branch, patches } = await this.history();
    return JSON.stringify({ branch, patches });
  }

  /** Judged after each fault; at the end the whole is, by all that can judge. */
  async violations(): Promise<readonly string[]> {
    const told = violationsIn(await this.history()).map(
      ({ guarantee, problem }) => `${guarantee}: ${problem}`,
    );
    this.#pending = [];
    return [...told, ...this.#workTree()];
  }

  async allViolations(): Promise<readonly string[]> {
    const { needs } = this.installation;
    await projectOutbox(needs);
    const [line, audit] = [await verifyWorkspace(needs, WORKSPACE), await verifyAudit(needs)];
    return [...(await this.violations()), ...line.problems, ...audit.problems, ...this.#fsck()];
  }

  /** When the lease of the line has run out, by the clock that leases are read with. */
  async lapsed(): Promise<void> {
    const { leaser, clock } = this.installation.needs;
    for (;;) {
      const lease = await leaser.find(WORKSPACE);
      const left = lease === null || lease.owner === null ? 0 : lease.expiresAt - clock.now();
      // A clock that jumped grants for an hour: whoever comes next shortens that by itself.
      if (left <= 0 || left > 60_000) return;
      await clock.sleep(left);
    }
  }

  /** Lock files in the repository, once nobody works in it. */
  locks(): readonly string[] {
    const names = readdirSync(join(this.repository, '.git'), { recursive: true, encoding: 'utf8' });
    // The kernel lock is a file that stays; its content means nothing.
    return names.filter((name) => name.endsWith('.lock') && !name.startsWith('ghost/'));
  }

  /** Those that no later landing clears away: without the mark of a writer of ours. */
  strangeLocks(): readonly string[] {
    const isStrange = (name: string) => (statSync(join(this.repository, '.git', name)).mode & 0o222) !== 0;
    return this.locks().filter(isStrange);
  }

  removeLock(name: string): void {
    rmSync(join(this.repository, '.git', name), { force: true });
  }

  async close(): Promise<void> {
    this.shims.close();
    await this.installation.close();
    for (const folder of [this.folder, this.repository]) rmSync(folder, { recursive: true, force: true });
  }

  #workTree(): readonly string[] {
    const status = git(this.repository, 'status', '--porcelain', '--untracked-files=all');
    if (status === '') return [];
    const isBehind = readdirSync(join(this.repository, '.git')).includes('ghost-behind');
    return isBehind ? [] : [`the work tree is not as the branch, and nothing says so:\n${status}`];
  }

  #fsck(): readonly string[] {
    try {
      const said = git(this.repository, 'fsck', '--strict', '--no-dangling');
      return said === '' ? [] : [`git fsck: ${said}`];
    } catch (error) {
      return [`git fsck: ${error instanceof Error ? error.message : error}`];
    }
  }
}
