import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EXIT } from '../../src/core/errors/definition.ts';
import { type } from '../cli/host.ts';
import { headings, page, section, table } from './markdown.ts';

const PAGE = page('docs/cli.md');
const TOLD = headings(PAGE).filter((heading) => heading.startsWith('### `ghost '));

interface Command {
  readonly words: readonly string[];
  readonly options: readonly string[];
}

describe('docs/cli.md', () => {
  it('lists exactly the commands of the program, each with exactly its options', async () => {
    const commands = await commandsBelow([]);
    assert.ok(commands.length > 20, `${commands.length} commands were found`);
    const told = TOLD.map((heading) => ({ words: wordsOf(heading), options: optionsTold(heading) }));
    assert.deepEqual(byName(told), byName(commands));
  });

  it('lists exactly the exit codes', () => {
    const told = table(PAGE, 'code', 'name', 'when').map(([code, name]) => [name, Number(code)]);
    assert.deepEqual(told, Object.entries(EXIT));
  });
});

/** All that can be run, as the program's own help tells it. */
async function commandsBelow(words: readonly string[]): Promise<readonly Command[]> {
  const { exit, stdout } = await type({}, ...words, '--help');
  assert.equal(exit, 0, words.join(' '));
  const [, listed] = stdout.split('\nCommands:\n');
  if (listed === undefined) return [{ words, options: optionsIn(stdout) }];
  const names = [...listed.matchAll(/^ {2}(\w+)/gm)].map(([, name = '']) => name);
  const below = names.filter((name) => name !== 'help').map((name) => commandsBelow([...words, name]));
  return (await Promise.all(below)).flat();
}

/** Long names, those that every command has left out. */
function optionsIn(help: string): readonly string[] {
  const own = help.split('\nGlobal Options:\n')[0] ?? '';
  return [...own.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)]
    .map(([, option = '']) => option)
    .filter((option) => option !== '--help')
    .sort();
}

/** `workspace add` of a heading such as "### `ghost workspace add NAME`". */
function wordsOf(heading: string): readonly string[] {
  return (heading.match(/[\w-]+/g) ?? []).slice(1).filter((word) => word === word.toLowerCase());
}

function optionsTold(heading: string): readonly string[] {
  const under = section(PAGE, heading);
  if (!under.includes('| option |')) return [];
  return table(under, 'option', 'meaning')
    .map(([option = '']) => /--[\w-]+/.exec(option)?.[0] ?? option)
    .sort();
}

function byName(commands: readonly Command[]): readonly Command[] {
  return commands.toSorted((a, b) => a.words.join(' ').localeCompare(b.words.join(' ')));
}
