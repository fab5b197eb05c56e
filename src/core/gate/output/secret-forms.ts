/** A shorter text would be hidden wherever it stands by chance, and tells nothing that way. */
const LEAST_BYTES = 4;
const LEAST_ENCODED = 6;

/**
 * The forms in which a secret value may be printed, as latin1, longest first: as it is, in base64 at each of the three places that
 * it can have in a longer text, and as in a URL.
 */
export function secretForms(values: readonly string[]): readonly string[] {
  const forms = new Set<string>();
  for (const value of values.map((one) => one.replace(/\r?\n$/, ''))) {
    const bytes = Buffer.from(value);
    if (bytes.length < LEAST_BYTES) continue;
    forms.add(bytes.toString('latin1'));
    for (const form of [...base64Forms(bytes), ...urlForms(value)])
      if (form.length >= LEAST_ENCODED) forms.add(form);
  }
  return [...forms].sort((one, other) => other.length - one.length);
}

/** Without the characters at either end that the bytes beside it have a part in. */
function base64Forms(bytes: Uint8Array): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const bits = 8 * (before + bytes.length);
    const form = encoded.slice(Math.ceil((8 * before) / 6), Math.floor(bits / 6));
    return [form, form.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

function urlForms(value: string): readonly string[] {
  const encoded = encodeURIComponent(value.toWellFormed());
  const strict = encoded.replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
  return [encoded, strict, strict.replaceAll('%20', '+')].flatMap((form) => [
    form,
    form.replace(/%[0-9A-F]{2}/g, (one) => one.toLowerCase()),
  ]);
}
