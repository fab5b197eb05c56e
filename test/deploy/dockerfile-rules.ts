import type { Instruction, Stage } from './dockerfile.ts';

/** What the rules need to know of the project beside the file itself. */
export interface Context {
  readonly version: string;
  readonly license: string;
  readonly roles: readonly string[];
  /** The ports that gateway and runner listen on by default. */
  readonly ports: readonly string[];
  /** Whether a path of the checkout is there. */
  hasFile(path: string): boolean;
  /** Whether .dockerignore keeps it out of the build. */
  isIgnored(path: string): boolean;
}

const KNOWN = [
  ...['ARG', 'CMD', 'COPY', 'ENTRYPOINT', 'ENV', 'EXPOSE', 'HEALTHCHECK', 'LABEL'],
  ...['RUN', 'STOPSIGNAL', 'USER', 'VOLUME', 'WORKDIR'],
];
/** The package that brings each program that the product starts by its name; a slim base has none of them for sure. */
export const PACKAGE_OF: Readonly<Record<string, string>> = {
  git: 'git',
  ssh: 'openssh-client',
  flock: 'util-linux',
  setpriv: 'util-linux',
  prlimit: 'util-linux',
  unshare: 'util-linux',
  mount: 'mount',
  bwrap: 'bubblewrap',
  bash: 'bash',
  tini: 'tini',
};
const ROLE_SCRIPT = '/app/scripts/role.js';

/** A sentence for every rule that the file breaks. */
export function dockerfileViolations(stages: readonly Stage[], context: Context): string[] {
  const last = stages.at(-1);
  if (last === undefined) return ['there is no stage'];
  return [
    ...stages.flatMap((stage) => [...baseProblems(stage), ...copyProblems(stage, stages, context)]),
    ...stages.flatMap(({ instructions }) => instructions.flatMap(plainProblems)),
    ...startProblems(last, context),
    ...contentProblems(last, context),
  ];
}

function baseProblems({ base }: Stage): string[] {
  const problems: string[] = [];
  if (!/^[a-z/]+:[\w.-]+(?:@sha256:[0-9a-f]{64})?$/.test(base) || /:latest\b/.test(base)) {
    problems.push(`the base ${base} has no fixed tag`);
  }
  if (!/^node:24\b/.test(base)) problems.push(`the base ${base} is not the Node that Ghost is developed on`);
  return problems;
}

function copyProblems(stage: Stage, stages: readonly Stage[], context: Context): string[] {
  return only(stage, 'COPY').flatMap(({ flags, words }) => {
    const sources = words.slice(0, -1);
    if (flags.from === undefined) {
      return sources.flatMap((source) => {
        if (!context.hasFile(source)) return [`COPY ${source}: it is not there`];
        return context.isIgnored(source) ? [`COPY ${source}: .dockerignore keeps it out`] : [];
      });
    }
    const at = stages.findIndex(({ name }) => name === flags.from);
    return at >= 0 && at < stages.indexOf(stage)
      ? []
      : [`COPY --from=${flags.from}: there is no such stage before`];
  });
}

function plainProblems({ name, text }: Instruction): string[] {
  const problems: string[] = [];
  if (!KNOWN.includes(name)) problems.push(`${name} is no instruction that is used here`);
  if (/(?:PASSWORD|SECRET|TOKEN)\w*=\S|:\/\/[^\s/]*:[^\s/]*@/.test(text))
    problems.push(`${name} holds a secret`);
  if (name === 'RUN' && /\b(?:curl|wget)\b/.test(text)) problems.push('RUN fetches what no lock file names');
  if (name === 'RUN' && /\bnpm i(?:nstall)?\b/.test(text)) problems.push('RUN installs past the lock file');
  return problems;
}

function startProblems(last: Stage, context: Context): string[] {
  const [entry, command, health, signal, user] = (
    ['ENTRYPOINT', 'CMD', 'HEALTHCHECK', 'STOPSIGNAL', 'USER'] as const
  ).map((name) => only(last, name).at(-1));
  const problems: string[] = [];
  if (entry?.words.join(' ') !== `tini -- node ${ROLE_SCRIPT}`)
    problems.push('process 1 is not tini before a role');
  if (!context.roles.includes(command?.words[0] ?? '')) problems.push('CMD is no role');
  const [program, script, role = ''] = health?.words ?? [];
  if (program !== 'node' || script !== ROLE_SCRIPT || !context.roles.includes(role)) {
    problems.push('HEALTHCHECK asks nothing that is there');
  }
  if (!context.hasFile('scripts/role.js')) problems.push('there is no scripts/role.js');
  if (signal?.text !== 'SIGTERM') problems.push('STOPSIGNAL is not what a process of Ghost stops at');
  if (!/^[1-9]\d*:[1-9]\d*$/.test(user?.text ?? '')) problems.push('USER is not a plain user, by number');
  return problems;
}

function contentProblems(last: Stage, { version, license, ports }: Context): string[] {
  const installed = only(last, 'RUN')
    .filter(({ text }) => text.includes('apt-get install'))
    .flatMap(({ words }) => words);
  const labels = only(last, 'LABEL')
    .map(({ text }) => text)
    .join(' ');
  const exposed = only(last, 'EXPOSE').flatMap(({ words }) => words);
  return [
    ...Object.entries(PACKAGE_OF)
      .filter(([, name]) => !installed.includes(name))
      .map(([program, name]) => `${program} is not installed: ${name} brings it`),
    ...[`version="${version}"`, `licenses="${license}"`]
      .filter((label) => !labels.includes(`org.opencontainers.image.${label}`))
      .map((label) => `there is no label org.opencontainers.image.${label}`),
    ...ports.filter((port) => !exposed.includes(port)).map((port) => `EXPOSE does not name ${port}`),
  ];
}

function only({ instructions }: Stage, name: string): readonly Instruction[] {
  return instructions.filter((instruction) => instruction.name === name);
}
