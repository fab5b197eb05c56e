/** A sentence for each part of the file that compose would not know, or not take in this form. */
export function shapeViolations(compose: object): string[] {
  const top = Object.entries(compose).filter(([key]) => !key.startsWith('x-'));
  return [
    ...top.filter(([key]) => !TOP.has(key)).map(([key]) => `${key} is nothing that compose knows`),
    ...top.filter(([, value]) => !isMap(value) && !isText(value)).map(([key]) => `${key} has no content`),
    ...partsOf(compose, 'services').flatMap(([name, service]) =>
      shapeOf(`services.${name}`, service, SERVICE),
    ),
    ...partsOf(compose, 'networks').flatMap(([name, part]) => shapeOf(`networks.${name}`, part, NETWORK)),
    ...partsOf(compose, 'configs').flatMap(([name, part]) => shapeOf(`configs.${name}`, part, FROM_FILE)),
    ...partsOf(compose, 'secrets').flatMap(([name, part]) => shapeOf(`secrets.${name}`, part, FROM_FILE)),
  ];
}

type Form = (value: unknown) => boolean;

const TOP = new Set(['name', 'services', 'networks', 'volumes', 'configs', 'secrets']);
const SIGNS = /^[a-zA-Z0-9._-]+$/;

const isText: Form = (value) => typeof value === 'string' && value !== '';
const isScalar: Form = (value) => typeof value === 'string' || typeof value === 'number';
const isSwitch: Form = (value) => typeof value === 'boolean';
const isDuration: Form = (value) => isText(value) && /^(?:\d+(?:ms|s|m|h))+$/.test(String(value));
const isCount: Form = (value) => Number.isSafeInteger(value) && Number(value) > 0;
const isTexts: Form = (value) => Array.isArray(value) && value.length > 0 && value.every(isText);
const isMap = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const mapOf =
  (form: Form): Form =>
  (value) =>
    isMap(value) && Object.entries(value).every(([key, one]) => SIGNS.test(key) && form(one));
const hasForm =
  (forms: Forms): Form =>
  (value) =>
    isMap(value) && shapeOf('', value, forms).length === 0;

type Forms = Readonly<Record<string, Form>>;

const CONDITIONS = ['service_started', 'service_healthy', 'service_completed_successfully'];
const RESTARTS = ['no', 'always', 'unless-stopped', 'on-failure'];

const NETWORK: Forms = { internal: isSwitch };
const FROM_FILE: Forms = { file: isText };
const HEALTH: Forms = {
  test: isTexts,
  disable: isSwitch,
  interval: isDuration,
  timeout: isDuration,
  start_period: isDuration,
  start_interval: isDuration,
  retries: isCount,
};
const SERVICE: Forms = {
  image: isText,
  build: isText,
  profiles: isTexts,
  user: isText,
  entrypoint: isTexts,
  command: isTexts,
  environment: mapOf(isScalar),
  secrets: isTexts,
  configs: (value) => Array.isArray(value) && value.every(hasForm({ source: isText, target: isText })),
  networks: isTexts,
  ports: isTexts,
  volumes: isTexts,
  tmpfs: isTexts,
  depends_on: mapOf(hasForm({ condition: (value) => CONDITIONS.includes(String(value)) })),
  healthcheck: hasForm(HEALTH),
  restart: (value) => RESTARTS.includes(String(value)),
  stop_grace_period: isDuration,
  read_only: isSwitch,
  cap_drop: isTexts,
  security_opt: isTexts,
};

function partsOf(compose: object, name: string): [string, object][] {
  const part: unknown = Object.entries(compose).find(([key]) => key === name)?.[1];
  return isMap(part) ? Object.entries(part) : [];
}

function shapeOf(where: string, part: object, forms: Forms): string[] {
  return Object.entries(part).flatMap(([key, value]) => {
    const form = forms[key];
    if (form === undefined) return [`${where}.${key} is nothing that compose knows, or that is used here`];
    return form(value) ? [] : [`${where}.${key} does not have its form: ${JSON.stringify(value)}`];
  });
}
