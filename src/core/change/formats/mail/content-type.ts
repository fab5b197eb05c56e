/** What a part of a mail says of itself. */
export interface ContentType {
  /** `text/plain`, lower case. */
  readonly type: string;
  /** By names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

const PLAIN: ContentType = { type: 'text/plain', parameters: new Map() };

/** `name="a b.patch"` or `charset=utf-8`, each after a `;`. */
const PARAMETER = /;\s*([^\s=;"]{1,60})\s*=\s*(?:"([^"]*)"|([^\s;"]*))/g;

/** Reads the value of a `Content-Type`; without one a part is plain text. RFC 2045, 5. */
export function contentType(value: string | undefined): ContentType {
  if (value === undefined) return PLAIN;
  const type = (value.split(';', 1)[0] ?? '').trim().toLowerCase();
  return { type: type === '' ? PLAIN.type : type, parameters: parametersOf(value) };
}

/** The parameters behind a value: of a `Content-Type`, or of a `Content-Disposition`. */
export function parametersOf(value: string): ReadonlyMap<string, string> {
  return new Map(
    [...value.matchAll(PARAMETER)].map(([, name = '', inQuotes, bare]) => [
      name.toLowerCase(),
      inQuotes ?? bare ?? '',
    ]),
  );
}
