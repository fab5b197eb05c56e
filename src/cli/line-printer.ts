import type { Print } from './print.ts';

/** A whole line that a check printed. */
export interface PrintedLine {
  readonly run: number;
  /** When it began to come, RFC 3339; null where that is not known. */
  readonly at: string | null;
  readonly text: string;
}

interface Open {
  readonly decoder: InstanceType<typeof TextDecoder>;
  at: string | null;
  text: string;
}

/** Puts lines together from what comes in pieces, for each run by itself. */
export class LineCollector {
  readonly #open = new Map<number, Open>();

  add(run: number, at: string | null, bytes: Uint8Array): readonly PrintedLine[] {
    const open = this.#open.get(run) ?? { decoder: new TextDecoder(), at, text: '' };
    this.#open.set(run, open);
    if (open.text === '') open.at = at;
    const lines = (open.text + open.decoder.decode(bytes, { stream: true })).split('\n');
    open.text = lines.pop() ?? '';
    return lines.map((text, index) => {
      const began = index === 0 ? open.at : at;
      if (index === lines.length - 1) open.at = at;
      return { run, at: began, text: text.replace(/\r$/, '') };
    });
  }

  /** What is left of a run that is over, where it did not end with a line break. */
  end(run: number): readonly PrintedLine[] {
    const open = this.#open.get(run);
    this.#open.delete(run);
    const text = (open?.text ?? '') + (open?.decoder.decode() ?? '');
    return open === undefined || text === '' ? [] : [{ run, at: open.at, text }];
  }
}

export interface LineForm {
  readonly times: 'shown' | 'hidden';
  /** Of what was printed before now, at most so many lines; null for all. */
  readonly tail: number | null;
}

/** Prints lines of runs side by side, with a heading wherever another run goes on. */
export class LinePrinter {
  readonly #print: Print;
  readonly #form: LineForm;
  readonly #names = new Map<number, string>();
  /** Held until all that was there before is known; null from then on. */
  #held: PrintedLine[] | null;
  #last: number | null = null;

  constructor(print: Print, form: LineForm) {
    this.#print = print;
    this.#form = form;
    this.#held = form.tail === null ? null : [];
  }

  name(run: number, name: string): void {
    this.#names.set(run, name);
  }

  lines(lines: readonly PrintedLine[]): void {
    if (this.#held !== null) this.#held = [...this.#held, ...lines].slice(-(this.#form.tail ?? 0));
    else for (const line of lines) this.#tell(line);
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    this.lines(held);
  }

  #tell({ run, at, text }: PrintedLine): void {
    if (run !== this.#last) this.#print.text(`== ${this.#names.get(run) ?? `run ${run}`}`);
    this.#last = run;
    this.#print.text(this.#form.times === 'shown' ? `${at ?? 'at a time not kept'} ${text}` : text);
  }
}
