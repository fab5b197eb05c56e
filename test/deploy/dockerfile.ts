/** One instruction of a Dockerfile, its continued lines joined. */
export interface Instruction {
  readonly name: string;
  readonly text: string;
  /** Of `NAME --flag=value ...`. */
  readonly flags: Readonly<Record<string, string>>;
  /** The words behind the flags; those of the JSON form, where it has it. */
  readonly words: readonly string[];
}

export interface Stage {
  readonly name: string;
  /** With the default of an argument put in. */
  readonly base: string;
  readonly instructions: readonly Instruction[];
}

/** Reads the forms that are used here: no heredocs, no escapes but the continued line. */
export function stagesOf(text: string): readonly Stage[] {
  const stages: { name: string; base: string; instructions: Instruction[] }[] = [];
  const defaults = new Map<string, string>();
  for (const instruction of instructionsOf(text)) {
    const [first = '', , name = ''] = instruction.words;
    if (instruction.name === 'FROM') {
      const base = first.replace(/\$\{(\w+)\}/g, (_, argument) => defaults.get(argument) ?? '');
      stages.push({ name: name || String(stages.length), base, instructions: [] });
    } else if (stages.length === 0 && instruction.name === 'ARG') {
      const [argument = '', value = ''] = first.split('=');
      defaults.set(argument, value);
    } else stages.at(-1)?.instructions.push(instruction);
  }
  return stages;
}

function instructionsOf(text: string): Instruction[] {
  const lines = text.split('\n').filter((line) => !/^\s*(?:#|$)/.test(line));
  return lines
    .join('\n')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .map((line) => {
      const [, name = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line.trim()) ?? [];
      if (name === '') throw new Error(`no instruction: ${line}`);
      const flags = [...rest.matchAll(/(?<=^|\s)--([\w-]+)=(\S+)(?=.*)/g)].filter(({ index }) =>
        /^(?:\s*--\S+\s*)*$/.test(rest.slice(0, index)),
      );
      const text = rest.replace(/^(?:--[\w-]+=\S+\s+)*/, '');
      return {
        name,
        text,
        flags: Object.fromEntries(flags.map(([, flag = '', value = '']) => [flag, value])),
        words: wordsOf(text),
      };
    });
}

function wordsOf(text: string): readonly string[] {
  const json = /\[.*\]$/.exec(text)?.[0];
  return json === undefined ? text.trim().split(/\s+/) : JSON.parse(json);
}
