import { fail } from '../../../src/core/errors.ts';
import { canonicalJson } from '../../../src/core/json.ts';
import type { AuditLine, AuditLog, AuditWriter } from '../../../src/ports/audit-log.ts';
import type { Actor } from '../engine/actor.ts';
import type { Random } from '../engine/random.ts';

const HELD_MS = 5_000;

/** The one file of the audit log: bytes, those of them that are synced, and the kernel lock beside it. */
export class AuditFile {
  text = '';
  holder: Actor | null = null;
  readonly #random: Random;
  #synced = 0;
  #seen = { length: 0, position: 0 };

  constructor(random: Random) {
    this.#random = random;
  }

  /** Some of it, which a write that is cut off leaves behind. */
  tear(text: string): void {
    this.text += text.slice(0, this.#random.between(0, text.length));
  }

  sync(): void {
    this.#synced = this.text.length;
  }

  /** Cuts off what follows the last line break. */
  cutTorn(): void {
    this.text = this.text.slice(0, this.text.lastIndexOf('\n') + 1);
    this.#synced = Math.min(this.#synced, this.text.length);
  }

  /** The last line, as a writer begins behind it. */
  last(): AuditWriter['last'] {
    const last = this.lines().at(-1);
    return last === undefined ? null : JSON.parse(last);
  }

  /** How far the ledger is told in it; 0 for nothing. */
  position(): number {
    if (this.#seen.length !== this.text.length)
      this.#seen = {
        length: this.text.length,
        position: this.text.endsWith('\n') ? (this.last()?.position ?? 0) : 0,
      };
    return this.#seen.position;
  }

  lines(): string[] {
    const lines = this.text.split('\n');
    if (lines.at(-1) === '') lines.pop();
    return lines;
  }

  losePower(): void {
    this.text = this.text.slice(0, this.#random.between(this.#synced, this.text.length));
    this.#synced = this.text.length;
  }
}

/** The audit log as one process has it. */
export function auditLogOf(file: AuditFile, actor: Actor): AuditLog {
  return {
    async open() {
      const isOpen = await actor.perform({
        point: 'audit.open',
        ready: () => file.holder === null,
        deadline: actor.engine.now + HELD_MS,
        apply: () => take(file, actor),
      });
      if (!isOpen) throw fail('audit_log_held', { path: 'audit.log', afterMs: HELD_MS });
      return writerOn(file, actor, file.last());
    },
    rebuild: () => Promise.reject(new Error('nobody rebuilds the log here')),
    async *lines() {
      for (const [at, text] of file.lines().entries()) yield { number: at + 1, text, end: endOf(file, at) };
    },
  };
}

function endOf(file: AuditFile, at: number): 'whole' | 'torn' {
  return at === file.lines().length - 1 && !file.text.endsWith('\n') ? 'torn' : 'whole';
}

function take(file: AuditFile, actor: Actor): boolean {
  if (file.holder !== null) return false;
  file.holder = actor;
  actor.onEnd(() => {
    if (file.holder === actor) file.holder = null;
  });
  file.cutTorn();
  file.sync();
  return true;
}

function writerOn(file: AuditFile, actor: Actor, last: AuditWriter['last']): AuditWriter {
  return {
    last,
    path: 'audit.log',
    append: (lines) => append(file, actor, lines),
    close: () =>
      actor.perform({
        point: 'audit.close',
        apply: () => {
          if (file.holder === actor) file.holder = null;
        },
      }),
  };
}

function append(file: AuditFile, actor: Actor, lines: readonly AuditLine[]): Promise<void> {
  const text = lines.map((line) => `${canonicalJson(line)}\n`).join('');
  return actor.perform({
    point: 'audit.append',
    apply: () => {
      file.text += text;
    },
    settle: () => file.sync(),
    tear: () => file.tear(text),
  });
}
