import type { AuthorsReport } from './authors.ts';
import { KINDS, type Kind } from './killer.ts';
import type { Verified } from './verify.ts';
import type { Course } from './watch.ts';

export interface EnduranceReport {
  readonly seed: number;
  readonly patches: number;
  readonly workspaces: number;
  readonly runners: number;
  readonly gateways: number;
  readonly leaseTtlMs: number;
  readonly killEveryMs: number;
  readonly ended: 'all submitted' | 'broken off';
  readonly durationMs: number;
  readonly authors: Omit<AuthorsReport, 'problems'>;
  readonly course: Course;
  readonly kills: Readonly<Record<Kind, number>>;
  readonly restarts: number;
  /** Largest resident sets in bytes: of this process, and of any of the killed ones. */
  readonly memory: { readonly own: number; readonly others: number };
  readonly violations: readonly string[];
  readonly litter: Verified['litter'];
  readonly keptIn: string | null;
}

export function asText(report: EnduranceReport): string {
  const { course, authors, kills, memory } = report;
  const over = course.landed + course.rejected + course.failed + course.cancelled;
  const seconds = report.durationMs / 1000;
  const killed = KINDS.reduce((sum, kind) => sum + kills[kind], 0);
  return [
    `seed ${report.seed}: ${report.workspaces} workspaces, ${report.runners} runners, ${report.gateways} gateways, lease ${report.leaseTtlMs} ms; ${report.ended}`,
    `  patches     ${authors.acknowledged} acknowledged, ${course.accepted} accepted: ${course.landed} landed, ${course.rejected} rejected, ${course.failed} failed, ${course.cancelled} cancelled`,
    `  on the way  ${course.rescued} rescued, ${course.retried} retried, ${course.outpaced} outpaced; ${authors.retried} requests sent again, ${authors.askedAgain} receipts asked for twice`,
    `  kills       ${killed}: ${KINDS.map((kind) => `${kills[kind]} ${kind}`).join(', ')}`,
    `  after them  ${report.restarts} restarts, ${course.takeovers} takeovers`,
    `  time        ${seconds.toFixed(1)} s, ${(over / seconds).toFixed(1)} patches per s, a kill every ${(report.durationMs / Math.max(1, killed)).toFixed(0)} ms`,
    `  memory      at most ${megabytes(memory.own)} here, ${megabytes(memory.others)} in a process of the installation`,
    `  left over   ${report.litter.length === 0 ? 'nothing' : ''}`,
    ...report.litter.map((what) => `    ${what}`),
    `  violations  ${report.violations.length}`,
    ...report.violations.map((violation) => `    VIOLATION ${violation}`),
    ...(report.keptIn === null ? [] : [`  kept in ${report.keptIn}`]),
  ].join('\n');
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(0)} MiB`;
}
