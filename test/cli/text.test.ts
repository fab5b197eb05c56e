import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readEventStream } from '../../src/cli/event-stream.ts';
import { plainJson, plainLine, plainText } from '../../src/cli/plain-text.ts';
import { printer } from '../../src/cli/print.ts';

async function messages(...chunks: readonly string[]) {
  const bytes = chunks.map((chunk) => new TextEncoder().encode(chunk));
  const all = [];
  for await (const message of readEventStream(fromArray(bytes))) all.push(message);
  return all;
}

async function* fromArray<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

describe('an event stream', () => {
  it('is the same wherever the network cuts it', async () => {
    const text =
      ': hello\r\nid: 7\r\nevent: patch.landed\r\ndata: {"a":\r\ndata: "ü"}\r\n\r\nid: 8\r\ndata: x\r\n\r\n';
    const bytes = new TextEncoder().encode(text);
    const whole = await messages(text);
    assert.deepEqual(whole, [
      { id: '7', event: 'patch.landed', data: '{"a":\n"ü"}' },
      { id: '8', event: 'message', data: 'x' },
    ]);
    for (let cut = 1; cut < bytes.length; cut += 1) {
      const parts = [];
      for await (const message of readEventStream(fromArray([bytes.slice(0, cut), bytes.slice(cut)])))
        parts.push(message);
      assert.deepEqual(parts, whole, `cut after ${cut} bytes`);
    }
  });

  it('drops a message that it ends in the middle of, and keeps the last id', async () => {
    assert.deepEqual(await messages('id: 1\ndata: a\n\ndata: b\n\ndata: c\n'), [
      { id: '1', event: 'message', data: 'a' },
      { id: '1', event: 'message', data: 'b' },
    ]);
  });

  it('says nothing for comments and for messages without data', async () => {
    assert.deepEqual(await messages(': still here\n\n', 'event: x\n\n'), []);
  });
});

describe('text from patches', () => {
  it('cannot make a terminal do anything', () => {
    const hostile = 'a\u001b[2Jb\u0007\u009bc\u202ed\rz';
    assert.equal(plainText(hostile), 'a\\x1b[2Jb\\x07\\x9bc\\u202ed\\x0dz');
    assert.equal(plainText('tab\tand\nline ü 漢 🙂'), 'tab\tand\nline ü 漢 🙂');
    assert.equal(plainLine('one\r\ntwo\tthree'), 'one two three');
  });
});

describe('a table', () => {
  const table = (isTTY: boolean, columns = 80) => {
    const said: string[] = [];
    const stdout = { write: (text: string | Uint8Array) => said.push(String(text)), isTTY, columns };
    printer({ stdout, stderr: stdout }, false).table(
      ['id', 'state'],
      [
        ['p_1', 'landed'],
        ['p_1000', 'a\u001b[31mb'],
      ],
    );
    return said.join('');
  };

  it('is aligned and uncoloured in a pipe', () => {
    assert.equal(table(false), 'id      state\np_1     landed\np_1000  a\\x1b[31mb\n');
  });

  it('is a block for each row where the terminal is too narrow for it', () => {
    assert.equal(
      table(true, 12),
      'id     p_1\nstate  \u001b[32mlanded\u001b[0m\n\nid     p_1000\nstate  a\\x1b[31mb\n',
    );
    assert.equal(table(false, 12), table(false));
  });

  it('colours states on a terminal, and nothing that a patch says', () => {
    assert.equal(table(true), 'id      state\np_1     \u001b[32mlanded\u001b[0m\np_1000  a\\x1b[31mb\n');
  });
});

describe('a JSON document', () => {
  it('is the same one, and holds nothing that a terminal would obey', () => {
    const value = { title: 'a\u001b[31m\u009b2J\u007f\u202eb\u061c\u2028\n', list: [1, 'ü'] };
    const text = plainJson(value);
    assert.deepEqual(JSON.parse(text), value);
    assert.doesNotMatch(text, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    const said: string[] = [];
    const sink = { write: (chunk: string | Uint8Array) => said.push(String(chunk)) > 0 };
    printer({ stdout: sink, stderr: sink }, true).answer(value, () => undefined);
    assert.deepEqual(said, [`${text}\n`]);
  });
});
