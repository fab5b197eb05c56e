import { invalid, item, member, readList, readMapping, readText, type Spot } from '../gate/plain-data.ts';

/** Somebody outside who is told of events, as the operator's file says. */
export interface WebhookEndpoint {
  readonly name: string;
  readonly url: string;
  /** Types of events, `patch.*` for all of a kind. */
  readonly types: readonly string[];
  /** Null for all, and for what belongs to none. */
  readonly workspaces: readonly string[] | null;
  /** Files with one secret each; while a secret is being replaced, the old one stands beside the new one. */
  readonly secretFiles: readonly string[];
  /** Whether it may be on a loopback, private or link-local address, and without TLS. */
  readonly allowPrivate: boolean;
}

const KEYS = ['name', 'url', 'types', 'workspaces', 'secretFile', 'allowPrivate'];
const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;
const TYPE = /^[a-z_]+\.(?:[a-z_]+|\*)$/;
const EVERYTHING_OF_PATCHES = ['patch.*'];
/** The new one and the old one, and one more for a rotation that was begun again. */
const MOST_SECRETS = 3;

/**
 * Reads the plain data of `webhooks.yml`; an empty file names nobody.
 * @throws GhostError gate_file_invalid, which names the place, and the nearest key for one that is unknown
 */
export function readWebhooks(data: unknown, file: string): readonly WebhookEndpoint[] {
  const spot = { file, path: '' };
  const mapping = readMapping(data ?? {}, spot, ['version', 'webhooks']);
  if ((mapping.get('version') ?? 1) !== 1) throw invalid(member(spot, 'version'), 'expected 1');
  const list = member(spot, 'webhooks');
  const endpoints = readList(mapping.get('webhooks') ?? [], list).map((entry, at) =>
    readEndpoint(entry, item(list, at)),
  );
  for (const [at, { name }] of endpoints.entries())
    if (endpoints.findIndex((one) => one.name === name) < at)
      throw invalid(member(item(list, at), 'name'), `\`${name}\` is the name of another one already`);
  return endpoints;
}

function readEndpoint(value: unknown, spot: Spot): WebhookEndpoint {
  const mapping = readMapping(value, spot, KEYS);
  const of = (key: string) => [mapping.get(key), member(spot, key)] as const;
  const name = readText(...of('name'));
  if (!NAME.test(name))
    throw invalid(member(spot, 'name'), `\`${name}\` is no name: small letters, digits and hyphens`);
  const allowPrivate = mapping.get('allowPrivate') ?? false;
  if (typeof allowPrivate !== 'boolean')
    throw invalid(member(spot, 'allowPrivate'), 'expected true or false');
  return {
    name,
    url: readUrl(readText(...of('url')), member(spot, 'url'), allowPrivate),
    types: mapping.has('types') ? readTypes(...of('types')) : EVERYTHING_OF_PATCHES,
    workspaces: mapping.has('workspaces') ? readTexts(...of('workspaces')) : null,
    secretFiles: readSecretFiles(...of('secretFile')),
    allowPrivate,
  };
}

function readUrl(text: string, spot: Spot, allowPrivate: boolean): string {
  const url = URL.parse(text);
  if (url === null) throw invalid(spot, 'expected a URL such as https://example.org/hook');
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && allowPrivate))
    throw invalid(spot, 'expected https; http is taken with `allowPrivate: true` alone');
  if (url.username !== '' || url.password !== '')
    throw invalid(spot, 'holds a name or a password: the signature says who sends');
  return url.href;
}

function readTypes(value: unknown, spot: Spot): readonly string[] {
  const types = readTexts(value, spot);
  const odd = types.findIndex((type) => !TYPE.test(type));
  if (odd >= 0)
    throw invalid(item(spot, odd), `\`${types[odd]}\` is no type such as \`patch.landed\` or \`patch.*\``);
  return types;
}

function readSecretFiles(value: unknown, spot: Spot): readonly string[] {
  const files = Array.isArray(value) ? readTexts(value, spot) : [readText(value, spot)];
  if (files.length > MOST_SECRETS) throw invalid(spot, `expected at most ${MOST_SECRETS} files`);
  return files;
}

function readTexts(value: unknown, spot: Spot): readonly string[] {
  const texts = readList(value, spot).map((entry, at) => readText(entry, item(spot, at)));
  if (texts.length === 0) throw invalid(spot, 'expected at least one');
  return texts;
}

/** Whether an endpoint is told of this event. */
export function isWanted(
  { types, workspaces }: Pick<WebhookEndpoint, 'types' | 'workspaces'>,
  event: { readonly type: string; readonly workspace: string | null },
): boolean {
  const [kind] = event.type.split('.', 1);
  if (!types.includes(event.type) && !types.includes(`${kind}.*`)) return false;
  return workspaces === null || (event.workspace !== null && workspaces.includes(event.workspace));
}
