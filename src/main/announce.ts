import type { Sink } from '../cli/host.ts';
import type { SupervisorEvent } from '../platform/supervise.ts';
import type { StoreProblem } from './tell-stores.ts';

/** What `ghost up` tells while it runs. */
export type UpEvent =
  | SupervisorEvent
  | {
      readonly kind: 'up';
      readonly urls: Readonly<Record<string, string>>;
      readonly home: string;
      readonly logs: string;
    }
  | {
      readonly kind: 'demo';
      readonly patch: string;
      readonly state: string;
      readonly commit: string | null;
      readonly summary: string;
      readonly commands: readonly string[];
    }
  | { readonly kind: 'demo-failed'; readonly problem: string }
  | ({ readonly kind: 'store' } & StoreProblem)
  | { readonly kind: 'stopping' }
  | { readonly kind: 'down' };

export type Announce = (event: UpEvent) => void;

/** Events as lines of JSON on standard output, or in words on standard error. */
export function announcer({ stdout, stderr }: { stdout: Sink; stderr: Sink }, json: boolean): Announce {
  return (event) => {
    if (json) stdout.write(`${JSON.stringify({ at: new Date().toISOString(), ...event })}\n`);
    else stderr.write(say(event));
  };
}

function say(event: UpEvent): string {
  switch (event.kind) {
    case 'starting':
      return '';
    case 'ready': {
      const where = event.details.url === undefined ? '' : ` at ${event.details.url}`;
      const isolation =
        event.details.isolation === undefined ? '' : `, isolation level ${event.details.isolation}`;
      return `ghost: ${event.child} is ready${where} (process ${event.pid}, ${event.tookMs} ms${isolation})\n${sayWeakness(event.details)}`;
    }
    case 'crashed':
      return `ghost: ${event.child}: ${event.problem}; starting it again in ${event.retryInMs} ms\n`;
    case 'degraded':
      return `ghost: ${event.child}: ${event.problem}; too many starts, next try in ${event.retryInMs / 1000} s\n`;
    case 'stopped':
      return `ghost: ${event.child} ${event.how}\n`;
    case 'up':
      return `ghost: everything is up\n  gateway    ${event.urls.gateway}\n  home       ${event.home}\n  logs       ${event.logs}\n`;
    case 'demo':
      return sayDemo(event);
    case 'demo-failed':
      return `ghost: the demo patch did not land: ${event.problem}\n`;
    case 'store':
      return `ghost: WARNING: ${event.store}: ${event.problem}\n${event.fix === null ? '' : `  ${event.fix}\n`}`;
    case 'stopping':
      return 'ghost: stopping; a second signal ends everything at once\n';
    case 'down':
      return 'ghost: down\n';
  }
}

/** Below this level the code of a patch can reach what Ghost itself can reach. */
const LEAST_LEVEL = 2;

function sayWeakness({ isolation, isolationDescription }: Readonly<Record<string, string | number>>): string {
  if (isolation === undefined || Number(isolation) >= LEAST_LEVEL) return '';
  return [
    `ghost: WARNING: checks run at isolation level ${isolation}: ${isolationDescription}`,
    '  A patch under check can read and change what this user can. Install bubblewrap, or set',
    '  minimumIsolation: 2 in policy.yml to refuse patches until then.',
    '',
  ].join('\n');
}

function sayDemo({ patch, state, commit, summary, commands }: Extract<UpEvent, { kind: 'demo' }>): string {
  return [
    `ghost: a first patch is ${state} in the demo workspace`,
    `  patch      ${patch}`,
    `  commit     ${commit ?? 'none'}`,
    `  summary    ${summary}`,
    'Try next:',
    ...commands.map((command) => `  ${command}`),
    '',
  ].join('\n');
}
