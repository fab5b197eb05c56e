/*
 * The part of TOML in which gitleaks.toml is generated: tables, lists of tables, text, numbers and lists of text.
 * Anything else is refused, so that nothing of a later version is passed over.
 */

export type TomlTable = { [key: string]: TomlValue };
export type TomlValue = string | number | string[] | TomlTable | TomlTable[];

export function readToml(text: string): TomlTable {
  const top: TomlTable = {};
  let at: TomlTable = top;
  const reader = new Reader(text);
  for (;;) {
    reader.skip();
    if (reader.isOver()) return top;
    const list = reader.take(/\[\[([\w.]+)\]\]/y);
    const table = list ? null : reader.take(/\[([\w.]+)\]/y);
    if (list) at = addTo(top, list[1] ?? '', 'list');
    else if (table) at = addTo(top, table[1] ?? '', 'table');
    else {
      const key = reader.need(/(\w+)[ \t]*=[ \t]*/y, 'a key')[1] ?? '';
      at[key] = reader.value();
    }
  }
}

function addTo(top: TomlTable, name: string, kind: 'list' | 'table'): TomlTable {
  const keys = name.split('.');
  const last = keys.pop() ?? '';
  let parent = top;
  for (const key of keys) {
    const inner = parent[key];
    const next = Array.isArray(inner) ? inner.at(-1) : inner;
    if (next === undefined || typeof next !== 'object' || Array.isArray(next))
      throw new Error(`${name} has no ${key} above it`);
    parent = next;
  }
  const made: TomlTable = {};
  if (kind === 'table') parent[last] = made;
  else parent[last] = [...((parent[last] as TomlTable[] | undefined) ?? []), made];
  return made;
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  isOver(): boolean {
    return this.#at >= this.#text.length;
  }

  skip(): void {
    this.take(/(?:\s+|#[^\n]*)*/y);
  }

  take(form: RegExp): RegExpExecArray | null {
    form.lastIndex = this.#at;
    const found = form.exec(this.#text);
    if (found) this.#at += found[0].length;
    return found;
  }

  need(form: RegExp, what: string): RegExpExecArray {
    const found = this.take(form);
    if (found) return found;
    const line = this.#text.slice(0, this.#at).split('\n').length;
    throw new Error(`line ${line}: expected ${what}`);
  }

  value(): string | number | string[] {
    const number = this.take(/-?\d+(?:\.\d+)?(?=\s)/y);
    if (number) return Number(number[0]);
    return this.take(/\[/y) ? this.#list() : this.#string();
  }

  #list(): string[] {
    const items: string[] = [];
    for (;;) {
      this.skip();
      if (this.take(/\]/y)) return items;
      items.push(this.#string());
      this.skip();
      this.take(/,/y);
    }
  }

  #string(): string {
    const literal = this.take(/'''([\s\S]*?)'''/y);
    if (literal) return literal[1] ?? '';
    const basic = this.need(/"(?:[^"\\\n]|\\.)*"/y, 'text')[0];
    return JSON.parse(basic) as string;
  }
}
