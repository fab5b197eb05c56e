import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export const ROOT = join(import.meta.dirname, '..', '..');

/** What these checks read of docker-compose.yml; `compose-shape.ts` holds the rest of it to its form. */
export interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, object>>;
  readonly configs: Readonly<Record<string, { readonly file: string }>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

export interface Service {
  readonly image: string;
  readonly build?: string;
  readonly profiles?: readonly string[];
  readonly user?: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly secrets?: readonly string[];
  readonly configs?: readonly { readonly source: string; readonly target: string }[];
  readonly networks?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly restart?: string;
  readonly stop_grace_period?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
}

type Variables = Readonly<Record<string, string>>;

/** The file as compose reads it, with these variables of the machine. */
export function readCompose(variables: Variables = {}): Compose {
  const text = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8');
  return interpolated(parse(text, { merge: true }), variables) as Compose;
}

/** The rules of compose for `$$`, `${NAME:-else}` and `${NAME:+then}` in values; other forms are not used here. */
function interpolated(value: unknown, variables: Variables): unknown {
  if (typeof value === 'string') return interpolate(value, variables);
  if (Array.isArray(value)) return value.map((one) => interpolated(one, variables));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, interpolated(one, variables)]));
}

function interpolate(text: string, variables: Variables): string {
  return text.replace(/\$\$|\$\{(\w+):([-+])([^}]*)\}|\$(?=[{\w])/g, (found, name, sign, word) => {
    if (found === '$$') return '$';
    if (name === undefined) throw new Error(`a form of variable that is not known here: ${text}`);
    const given = variables[name] ?? '';
    return sign === '-' ? given || word : given && word;
  });
}

/** The services that run this project's image. */
export function ghostServices({ services }: Compose): readonly (readonly [name: string, service: Service])[] {
  return Object.entries(services).filter(([, { image }]) => image.startsWith('ghost:'));
}
