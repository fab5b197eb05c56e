import { type Compose, ghostServices, type Service } from './compose.ts';

/** What the rules need to know of the project beside the file itself. */
export interface Project {
  readonly version: string;
  /** What `scripts/role.js` can run. */
  readonly roles: readonly string[];
  hasFile(path: string): boolean;
}

const STORES = ['redis', 'mongo', 'kafka'];
/** Its image writes its settings into its own folders as it starts. */
const WRITES_TO_ITS_ROOT = ['kafka', 'kafka-init'];
/** What the images of others hold, by their documentation: what a health check or a command of theirs may name. */
const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  redis: ['redis-server', 'redis-cli'],
  mongo: ['mongod', 'mongosh', 'bash'],
  'apache/kafka': ['/opt/kafka/bin/kafka-broker-api-versions.sh', '/opt/kafka/bin/kafka-topics.sh'],
};
/** What a stop of a process may take before it is given up: `STOP_LIMIT_MS` in src/platform/supervised.ts. */
const STOP_LIMIT_S = 20;

/** A sentence for every rule that the file breaks. */
export function composeViolations(compose: Compose, project: Project): string[] {
  const services = Object.entries(compose.services);
  return [
    ...services.flatMap(([name, service]) =>
      [
        ...imageProblems(service, project),
        ...useProblems(service, compose, project),
        ...orderProblems(service, compose),
        ...commandProblems(service, project),
        ...lifeProblems(service),
        ...fenceProblems(name, service),
        ...secretProblems(service),
      ].map((problem) => `${name}: ${problem}`),
    ),
    ...unusedProblems(compose),
    ...storeProblems(compose),
  ];
}

function imageProblems({ image }: Service, { version }: Project): string[] {
  const [, name = '', tag = ''] = /^([^:@]*)(?::([^@]*))?/.exec(image) ?? [];
  const problems: string[] = [];
  if (tag === '' || tag === 'latest') problems.push(`the image ${image} has no fixed tag`);
  if (/[.:]/.test(name.split('/')[0] ?? '')) problems.push(`the image ${image} names a registry`);
  if (name === 'ghost' && tag !== version) problems.push(`the image ${image} is not version ${version}`);
  return problems;
}

function useProblems(service: Service, compose: Compose, project: Project): string[] {
  const used: readonly (readonly [kind: string, names: readonly string[], declared: object])[] = [
    ['network', service.networks ?? [], compose.networks],
    ['volume', namedVolumes(service), compose.volumes],
    ['secret', service.secrets ?? [], compose.secrets],
    ['config', (service.configs ?? []).map(({ source }) => source), compose.configs],
    ['service', Object.keys(service.depends_on ?? {}), compose.services],
  ];
  const undeclared = used.flatMap(([kind, names, declared]) =>
    names
      .filter((name) => !Object.hasOwn(declared, name))
      .map((name) => `the ${kind} ${name} is not declared`),
  );
  const mounted = [...(service.secrets ?? []).map((name) => `/run/secrets/${name}`)];
  const named = [...JSON.stringify(service).matchAll(/\/run\/secrets\/[\w-]+/g)].map(([path]) => path);
  const missing = named.filter((path) => !mounted.includes(path)).map((path) => `${path} is not mounted`);
  const profiles = (service.security_opt ?? []).flatMap(
    (option) => /^seccomp[:=]\.\/(.+)$/.exec(option)?.[1] ?? [],
  );
  const absent = profiles.filter((path) => !project.hasFile(path)).map((path) => `${path} is not there`);
  return [...undeclared, ...missing, ...absent];
}

function orderProblems({ depends_on: after = {} }: Service, { services }: Compose): string[] {
  return Object.entries(after).flatMap(([name, { condition }]) => {
    const other = services[name];
    if (other === undefined) return [];
    if (condition === 'service_completed_successfully' && other.restart !== 'no') {
      return [`waits until ${name} has ended, which is started again and again`];
    }
    const hasCheck = isGhost(other) || other.healthcheck?.test !== undefined;
    if (condition === 'service_healthy' && (!hasCheck || other.healthcheck?.disable)) {
      return [`waits until ${name} is healthy, which has no health check`];
    }
    return [];
  });
}

function commandProblems(service: Service, project: Project): string[] {
  const { command = [], healthcheck } = service;
  if (isGhost(service)) {
    const [role = '', ...more] = command;
    if (!project.roles.includes(role) || more.length > 0)
      return [`${command.join(' ')} is no role of the image`];
    return project.hasFile(`src/main/${role}.ts`) ? [] : [`there is no src/main/${role}.ts`];
  }
  const known = PROGRAMS[service.image.split(':')[0] ?? ''] ?? [];
  const [kind = '', ...words] = healthcheck?.test ?? [];
  const asked =
    kind === 'CMD' ? words.slice(0, 1) : known.filter((program) => words.join(' ').includes(program));
  const started = [command[0], service.entrypoint?.[0]].filter((program) => program !== undefined);
  const strange = [...started, ...asked].filter((program) => !known.includes(program));
  const empty = kind === 'CMD-SHELL' && asked.length === 0;
  return [
    ...strange.map((program) => `${program} is not known to be in its image`),
    ...(empty ? ['its health check asks no program of its image'] : []),
  ];
}

function lifeProblems(service: Service): string[] {
  const isOnce = service.restart === 'no';
  const problems: string[] = [];
  if (!['no', 'unless-stopped'].includes(service.restart ?? '')) problems.push('has no policy of restarts');
  if (!isOnce && !isGhost(service) && service.healthcheck === undefined) problems.push('has no health check');
  if (isOnce) return problems;
  const grace = Number(/^(\d+)s$/.exec(service.stop_grace_period ?? '')?.[1] ?? 0);
  if (grace <= STOP_LIMIT_S) problems.push(`is killed ${grace} s after it was asked to stop`);
  return problems;
}

function fenceProblems(name: string, service: Service): string[] {
  const { cap_drop: dropped = [], security_opt: options = [], ports = [] } = service;
  const problems: string[] = [];
  if (!dropped.includes('ALL')) problems.push('keeps capabilities');
  if (!options.some((option) => /^no-new-privileges[:=]true$/.test(option)))
    problems.push('may gain privileges');
  if (service.read_only !== true && !WRITES_TO_ITS_ROOT.includes(name))
    problems.push('can write to its root');
  if (service.user === 'root' || service.user === '0') problems.push('runs as root');
  if (ports.length > 0 && name !== 'gateway') problems.push('publishes a port');
  if (ports.some((port) => !port.startsWith('127.0.0.1:'))) problems.push('is open to every machine');
  if (STORES.includes(name) && (service.networks ?? []).some((network) => network !== 'stores')) {
    problems.push('stands in a network beside that of the stores');
  }
  if ((service.volumes ?? []).some((volume) => volume.includes('docker.sock')))
    problems.push('holds the engine');
  return problems;
}

/** Names that ask for a secret, and URLs with a password in them. */
function secretProblems({ environment = {}, ...rest }: Service): string[] {
  const literal = Object.entries(environment).filter(
    ([name]) => /PASSWORD|SECRET|TOKEN|_URL$|^GHOST_LEDGER$/.test(name) && !name.endsWith('_FILE'),
  );
  const inUrls = [...JSON.stringify({ environment, ...rest }).matchAll(/\w+:\/\/[^\s"/@]*:[^\s"/@$\\]+@/g)];
  return [
    ...literal.map(([name]) => `${name} is set; a secret comes from a file, as ${name}_FILE`),
    ...inUrls.map(([url]) => `${url.slice(0, url.indexOf(':'))}://... holds a password`),
  ];
}

function unusedProblems(compose: Compose): string[] {
  const services = Object.values(compose.services);
  const used = {
    networks: services.flatMap(({ networks = [] }) => networks),
    volumes: services.flatMap(namedVolumes),
    secrets: services.flatMap(({ secrets = [] }) => secrets),
    configs: services.flatMap(({ configs = [] }) => configs.map(({ source }) => source)),
  };
  return (['networks', 'volumes', 'secrets', 'configs'] as const).flatMap((kind) =>
    Object.keys(compose[kind])
      .filter((name) => !used[kind].includes(name))
      .map((name) => `${kind}.${name} is used by no service`),
  );
}

/** Ghost comes after stores that are ready for it, and the stores have no way out. */
function storeProblems(compose: Compose): string[] {
  const problems = ghostServices(compose)
    .filter(([name]) => name !== 'prepare')
    .flatMap(([name, { depends_on: after = {} }]) => [
      ...STORES.filter((store) => after[store]?.condition !== 'service_healthy').map(
        (store) => `${name}: does not wait until ${store} is healthy`,
      ),
      ...(after.prepare?.condition === 'service_completed_successfully'
        ? []
        : [`${name}: does not wait until all is prepared`]),
    ]);
  return compose.networks.stores?.internal === true
    ? problems
    : [...problems, 'networks.stores has a way out'];
}

function namedVolumes({ volumes = [] }: Service): string[] {
  return volumes.map((volume) => volume.split(':')[0] ?? '').filter((name) => !/^[./~]/.test(name));
}

function isGhost({ image }: Service): boolean {
  return image.startsWith('ghost:');
}
