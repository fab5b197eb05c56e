import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, describe, it } from 'node:test';
import { deflateSync } from 'node:zlib';
import { MAX_FILE_BYTES, MAX_INFLATED_BYTES } from '../../../../../src/core/change/limits.ts';
import { type Scratch, scratch } from '../../git.ts';
import { run, type Tree } from '../../world.ts';

const git: Scratch = scratch();
after(() => git.remove());

const BINARY = ['--binary', '-M'];
const OLD = `\0${randomBytes(3_000).toString('latin1')}`;
const NEW = `${OLD.slice(0, 1_000)}\0changed${OLD.slice(1_100)}`;

function refusal(tree: Tree, patch: string): string {
  const result = run(tree, patch);
  if (result.kind === 'applied') return assert.fail('it was applied');
  return result.faults.map(({ code, message }) => `${code}: ${message}`).join('\n');
}

describe('binary content', () => {
  const patch = git.diff(git.write({ f: OLD }), git.write({ f: NEW }), BINARY);

  it('is applied as git applies it: delta and literal, new and deleted files, renames', () => {
    assert.match(patch, /^delta /m);
    const cases: readonly (readonly [Tree, Tree])[] = [
      [{ f: OLD }, { f: NEW }],
      [{ f: NEW }, { f: '\0short' }],
      [{ f: OLD }, { f: 'text\n' }],
      [{ f: 'x' }, { f: 'x', g: OLD }],
      [{ f: 'x', g: OLD }, { f: 'x' }],
      [{ f: OLD }, { 'moved/g': NEW }],
      [{ f: OLD }, { f: { mode: '100755', text: NEW } }],
      [{ f: '' }, { f: OLD }],
    ];
    for (const [from, to] of cases) {
      const result = run(from, git.diff(git.write(from), git.write(to), BINARY));
      assert.deepEqual(result.kind === 'applied' ? result.tree : result.faults, to);
    }
  });

  it('is refused where another file stands, even one of the same length', () => {
    const other = `${OLD.slice(0, -1)}${OLD.endsWith('x') ? 'y' : 'x'}`;
    assert.match(refusal({ f: other }, patch), /expected [0-9a-f]{40}/);
  });

  it('is refused where its result has another id than the index line says', () => {
    const forged = patch.replace(/\.\.[0-9a-f]{40}/, `..${'12'.repeat(20)}`);
    assert.match(refusal({ f: OLD }, forged), /(?:12){20}/);
    const created = git
      .diff(git.write({}), git.write({ g: OLD }), BINARY)
      .replace(/\.\.[0-9a-f]{40}/, `..${'12'.repeat(20)}`);
    assert.match(refusal({}, created), /malformed: .*(?:12){20}/);
  });

  it('needs full ids', () => {
    assert.match(refusal({ f: OLD }, patch.replace(/([0-9a-f]{7})[0-9a-f]{33}/g, '$1')), /full ids/);
  });

  it('is only deleted where the patch shows what it deletes', () => {
    const deletion = git.diff(git.write({ f: OLD }), git.write({}), BINARY);
    const hunks = deletion.indexOf('literal', deletion.indexOf('literal') + 1);
    assert.match(refusal({ f: OLD }, deletion.slice(0, hunks)), /second hunk/);
    assert.match(refusal({ f: NEW }, deletion), /content_differs/);
  });

  it('is refused at the line that was damaged', () => {
    const lines = patch.split('\n');
    const body = lines.findIndex((line) => line.startsWith('delta ')) + 1;
    const damaged = lines.with(body, `${lines[body]?.slice(0, -1)}"`).join('\n');
    assert.match(refusal({ f: OLD }, damaged), new RegExp(`malformed: Line ${body + 1} `));
    const shorter = patch.replace(/^delta (\d+)/m, (_, size) => `delta ${Number(size) - 1}`);
    assert.match(refusal({ f: OLD }, shorter), /announces/);
    assert.match(refusal({ f: OLD }, lines.toSpliced(body, 1).join('\n')), /announces/);
  });

  it('without content is refused, with the command that gives it', () => {
    const result = run({ f: OLD }, git.diff(git.write({ f: OLD }), git.write({ f: NEW })));
    assert.match(result.kind === 'refused' ? (result.faults[0]?.hint ?? '') : '', /git diff --binary/);
  });

  it('of few bytes that stands for very many is too large', () => {
    const bomb = (name: string, size: number) =>
      `diff --git a/${name} b/${name}\nnew file mode 100644\nindex ${'0'.repeat(40)}..${'1'.repeat(40)}\nGIT binary patch\nliteral ${size}\n${encoded(Buffer.alloc(size))}\n`;
    assert.match(refusal({}, bomb('f', MAX_FILE_BYTES + 1)), /too_large/);
    const pair = git.diff(git.write({ f: OLD }), git.write({ f: NEW }), BINARY);
    const start = pair.indexOf('delta ');
    const announced = Buffer.from([0xb9, 0x17, 0x80, 0x80, 0x80, 0x05]);
    const header = pair.slice(0, start);
    const section = (at: number) =>
      `${header.replaceAll('/f', `/f${at}`)}delta ${announced.length}\n${encoded(announced)}\n`;
    const many = Array.from({ length: Math.ceil(MAX_INFLATED_BYTES / MAX_FILE_BYTES) + 1 }, (_, at) =>
      section(at),
    );
    assert.match(refusal({}, many.join('')), /too_large: .*bytes of binary content/);
  });
});

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~';

/** Bytes as git writes them below `literal` and `delta`. */
function encoded(bytes: Uint8Array): string {
  const deflated = deflateSync(bytes);
  const lines: string[] = [];
  for (let at = 0; at < deflated.length; at += 52) {
    const piece = deflated.subarray(at, at + 52);
    const padded = Buffer.concat([piece, Buffer.alloc(3)]);
    let line = String.fromCharCode(piece.length <= 26 ? piece.length + 64 : piece.length + 70);
    for (let group = 0; group < piece.length; group += 4) {
      let value = padded.readUInt32BE(group);
      let digits = '';
      for (let digit = 0; digit < 5; digit++) {
        digits = DIGITS.charAt(value % 85) + digits;
        value = Math.floor(value / 85);
      }
      line += digits;
    }
    lines.push(`${line}\n`);
  }
  return lines.join('');
}
