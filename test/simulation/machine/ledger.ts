import { memoryChains, memoryOutbox } from '../../../src/adapters/memory/chains.ts';
import { memoryLeaser } from '../../../src/adapters/memory/leaser.ts';
import { memoryPatches } from '../../../src/adapters/memory/patches.ts';
import type { Store } from '../../../src/adapters/memory/store.ts';
import { memoryWorkspaces } from '../../../src/adapters/memory/workspaces.ts';
import type { Needs } from '../../../src/app/needs.ts';
import { fail } from '../../../src/core/errors.ts';
import type { PatchEventType } from '../../../src/core/patch/transition.ts';
import type { Actor } from '../engine/actor.ts';
import type { Point } from '../fault-points.ts';
import type { Machine } from './machine.ts';

type LedgerPorts = Pick<Needs, 'ledger' | 'chains' | 'outbox' | 'leaser' | 'workspaces'>;
type Call = <T>(point: Point, apply: () => Promise<T>) => Promise<T>;

/**
 * The ledger as one process has it: memory's own store, with SQLite's promises. A write is atomic, and durable once it
 * is applied; a call that was broken off says so as the real one does.
 */
export function ledgerOf(store: Store, machine: Machine, actor: Actor): LedgerPorts {
  const clock = { now: () => machine.wall(), monotonic: () => 0, sleep: () => Promise.resolve() };
  const call: Call = (point, apply) =>
    actor.perform({
      ...{ point, apply },
      failing: (kind) => {
        throw broken(kind, actor);
      },
    });
  return {
    ledger: patchesOf(memoryPatches(store), call),
    chains: chainsOf(memoryChains(store), call),
    outbox: outboxOf(memoryOutbox(store), call),
    leaser: leaserOf(memoryLeaser(store, clock), call),
    workspaces: workspacesOf(memoryWorkspaces(store), call),
  };
}

function broken(kind: 'fail' | 'unknown', { engine }: Actor): Error {
  const problem = 'simulated';
  if (kind === 'unknown') return fail('ledger_unknown', { problem });
  return engine.random.chance(0.5) ? fail('ledger_unavailable', { problem }) : new Error('disk I/O error');
}

function patchesOf(ledger: Needs['ledger'], call: Call): Needs['ledger'] {
  return {
    accept: (first, ...rest) => call('ledger.accept', () => ledger.accept(first, ...rest)),
    record: (step) => call(recordingOf(step.event.type), () => ledger.record(step)),
    find: (id) => call('ledger.find', () => ledger.find(id)),
    list: (query) => call('ledger.list', () => ledger.list(query)),
    body: (id) => call('ledger.body', () => ledger.body(id)),
    line: (workspace) => call('ledger.line', () => ledger.line(workspace)),
  };
}

function recordingOf(type: PatchEventType): Point {
  if (type === 'taken_off') throw new TypeError('that is told where a tip is accepted, and nowhere else');
  if (type === 'approved' || type === 'watched')
    throw new TypeError(`${type} does not happen on a simulated machine yet`);
  return `ledger.record ${type}`;
}

function chainsOf(chains: Needs['chains'], call: Call): Needs['chains'] {
  return {
    append: (draft) => call('chains.append', () => chains.append(draft)),
    entries: (chain, after, limit) => call('chains.about', () => chains.entries(chain, after, limit)),
    entriesAbout: (subject) => call('chains.about', () => chains.entriesAbout(subject)),
    heads: () => call('chains.about', () => chains.heads()),
  };
}

function outboxOf(outbox: Needs['outbox'], call: Call): Needs['outbox'] {
  return {
    after: (position, limit) => call('outbox.read', () => outbox.after(position, limit)),
    newest: () => call('outbox.read', () => outbox.newest()),
    entryAt: (position) => call('outbox.read', () => outbox.entryAt(position)),
    cursor: (reader) => call('outbox.read', () => outbox.cursor(reader)),
    moveCursor: (reader, position) => call('outbox.move-cursor', () => outbox.moveCursor(reader, position)),
  };
}

function leaserOf(leaser: Needs['leaser'], call: Call): Needs['leaser'] {
  return {
    take: (request) => call('leaser.take', () => leaser.take(request)),
    renew: (lease, ttlMs) => call('leaser.renew', () => leaser.renew(lease, ttlMs)),
    nameWriter: (lease, writer) => call('leaser.name-writer', () => leaser.nameWriter(lease, writer)),
    release: (lease) => call('leaser.release', () => leaser.release(lease)),
    find: (name) => leaser.find(name),
  };
}

function workspacesOf(workspaces: Needs['workspaces'], call: Call): Needs['workspaces'] {
  return {
    ...workspaces,
    find: (name) => call('workspaces.find', () => workspaces.find(name)),
    list: () => call('workspaces.list', () => workspaces.list()),
    pause: (...text) => call('workspaces.pause', () => workspaces.pause(...text)),
  };
}
