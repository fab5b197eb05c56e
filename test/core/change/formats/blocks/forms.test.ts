import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { refusalOf } from '../reading.ts';
import { blockChange, blockRefusal, editsOf } from './reading.ts';

const FILE = { path: 'a.txt', contents: 'hello\n' };
const WRITTEN = 'write a.txt null "hello\\n"';

describe('block A', () => {
  const block = {
    id: 'block-1',
    role: 'ui_patch',
    description: 'Turn it around',
    target_file: 'add.js',
    patch: { pattern: 'a + b', replacement: 'b + a' },
    metadata: { author: 'someone' },
  };

  it('replaces one literal text in one file', () => {
    const change = blockChange(block);
    assert.deepEqual(editsOf(change), ['replace add.js "a + b" by "b + a"']);
    assert.deepEqual(
      [change.format, change.title, change.externalId],
      ['block-a', 'Turn it around', 'block-1'],
    );
    assert.deepEqual(change.notes, []);
  });

  it('is told by id or description when it has no other title', () => {
    const { description, ...rest } = block;
    assert.equal(blockChange(rest).title, 'block-1');
    assert.equal(blockChange({ target_file: 'a', patch: block.patch }).title, null);
  });

  it('may hold mutations in place of a pattern', () => {
    const change = blockChange({ id: 'x', target_file: 'a.txt', patch: { mutations: [FILE] } });
    assert.deepEqual([change.format, ...editsOf(change)], ['block-a', WRITTEN]);
  });

  it('is refused with prose where its patch belongs, and with no patch at all, all faults at once', () => {
    assert.match(
      blockRefusal({ ...block, patch: 'please turn it around' }),
      /^malformed at 6: Field patch is the text "please turn it around"; expected an object/,
    );
    assert.deepEqual(blockRefusal({ id: 'x' }).split('\n'), [
      'malformed at 1: Field target_file is missing; expected a path.',
      'malformed at 1: Field patch is missing; expected an object {"pattern": …, "replacement": …}.',
    ]);
  });

  it('is refused for a pattern that can only be a regular expression, and says why', () => {
    for (const pattern of ['.*', '^.*$', '[\\s\\S]*', '/.*/s', ' .+ ']) {
      assert.match(
        blockRefusal({ ...block, patch: { pattern, replacement: 'x' } }),
        /^unsupported at 7: Field patch\.pattern is .* a regular expression for any text/,
      );
    }
    assert.match(
      blockRefusal({ ...block, patch: { ...block.patch, regex: true } }),
      /Field patch\.regex is true, which is not done: regular expressions are never run/,
    );
  });
});

describe('blocks B and C', () => {
  it('B is a list of mutations and its labels', () => {
    const change = blockChange({ blockId: 'b-7', version: '1.2.0', mutations: [FILE] });
    assert.deepEqual([change.format, change.title, change.externalId], ['block-b', 'b-7', 'b-7']);
    assert.deepEqual(editsOf(change), [WRITTEN]);
  });

  it('C brings checks, which are named by where they stood and run as its own', () => {
    const change = blockChange({
      blockId: 'patch-v1.2.3(P1.02.03)_slug',
      version: 'patch-v1.2.3',
      target: 'MAIN',
      description: 'Say hello',
      mutations: [FILE],
      preMutationValidation: { shell: ['test -d .'] },
      postMutationBuild: { shell: ['make', 'make docs'] },
      validate: { shell: ['npm test'] },
      final: { git: { commit: 'x', push: true } },
    });
    assert.deepEqual(
      [change.format, change.title, change.externalId],
      ['block-c', 'Say hello', 'patch-v1.2.3(P1.02.03)_slug'],
    );
    assert.deepEqual(
      change.checks.map(({ name, script, span }) => `${name}: ${script} (${span.firstLine})`),
      [
        'pre-mutation validation: test -d . (14)',
        'post-mutation build 1: make (19)',
        'post-mutation build 2: make docs (20)',
        'validate: npm test (25)',
      ],
    );
    const notes = change.notes.join('\n');
    assert.match(notes, /target: not looked at/);
    assert.match(notes, /final\.git is never run/);
    assert.match(notes, /preMutationValidation: it runs after the mutations/);
    assert.match(notes, /postMutationBuild: 2 shell lines become checks of this patch, added to the gate/);
  });

  it('holds the patch to its flags, and says of a flag that is false that it takes nothing away', () => {
    const flags = {
      ...{
        enforceValidationGate: true,
        strictRuntimeAudit: true,
        runDryCheck: true,
        forceRuntimeTrace: true,
      },
      ...{ requireMutationProof: false, requireServiceUptime: true },
    };
    const { notes, terms } = blockChange({ blockId: 'x', mutations: [FILE], ...flags });
    assert.deepEqual(terms?.flags, [
      ...['enforceValidationGate', 'strictRuntimeAudit', 'runDryCheck', 'forceRuntimeTrace'],
      'requireServiceUptime',
    ]);
    assert.equal(notes.length, 1);
    assert.match(notes[0] ?? '', /^flag requireMutationProof: false takes nothing away/);
    const odd = blockChange({ blockId: 'x', mutations: [FILE], runDryCheck: 'yes' });
    assert.match(odd.notes.join(), /runDryCheck is the text "yes", neither true nor false/);
  });

  it('names members that change nothing, each with the known one that was probably meant', () => {
    const { notes } = blockChange({
      blockId: 'x',
      mutations: [{ ...FILE, contnts: 1 }],
      valdate: {},
      watch: true,
    });
    assert.deepEqual(notes, [
      'members of the block that change nothing here: "valdate" (validate?), "watch"',
      'members of mutations[0] that change nothing here: "contnts" (content?)',
    ]);
  });

  it('is refused without mutations, and with an empty list of them', () => {
    assert.match(
      blockRefusal({ blockId: 'x', mutaions: [FILE] }),
      /Field mutations is missing; expected a list/,
    );
    assert.match(blockRefusal({ blockId: 'x', version: '1', mutations: [] }), /^empty_patch/);
  });
});

describe('block D', () => {
  it('takes its mutations from beside or below the stages, and their shell lines as checks', () => {
    const stages = { id: 'd-1', kind: 'fix', preflight: ['test -d .'], validation: { shell: ['npm test'] } };
    const change = blockChange({ patch: { ...stages, mutations: [FILE], options: { runDryCheck: true } } });
    assert.deepEqual([change.format, change.externalId, ...editsOf(change)], ['block-d', 'd-1', WRITTEN]);
    assert.deepEqual(
      change.checks.map(({ name }) => name),
      ['preflight', 'validation'],
    );
    const below = blockChange({ patch: { ...stages, execution: { mutations: [FILE], shell: ['make'] } } });
    const instead = blockChange({ patch: { ...stages, execution: [FILE] } });
    assert.deepEqual([instead.format, ...editsOf(instead)], ['block-d', WRITTEN]);
    assert.deepEqual(
      below.checks.map(({ name }) => name),
      ['preflight', 'execution', 'validation'],
    );
  });

  it('is refused where commands are the change, and told what to send', () => {
    const refusal = blockRefusal({
      patch: { id: 'd-2', kind: 'smoke', execution: ['curl x'], validation: ['test 1'] },
    });
    assert.match(
      refusal,
      /^empty_patch at 5: The block changes no file: patch\.execution names no file and holds/,
    );
  });
});

describe('block E', () => {
  const json = JSON.stringify({ role: 'command_patch', target: 'MAIN', mutations: [FILE] }, null, 1);
  const yaml =
    'role: command_patch\ntarget: MAIN\ntarget_file: a.txt\npatch:\n  pattern: hello\n  replacement: bye\n';

  it('stands in a fence of a chat message, as JSON or as YAML', () => {
    const change = blockChange(`Here it is:\n\n\`\`\`json\n${json}\n\`\`\`\nShall I go on?\n`);
    assert.deepEqual([change.format, ...editsOf(change)], ['block-e', WRITTEN]);
    assert.deepEqual(change.edits[0]?.span, { firstLine: 8, lastLine: 11 });
    const other = blockChange(`Here:\n\`\`\`yaml\n${yaml}\`\`\`\n`);
    assert.deepEqual([other.format, ...editsOf(other)], ['block-e', 'replace a.txt "hello" by "bye"']);
  });

  it('is refused where two of them stand in one message, with both lines', () => {
    const fence = `\`\`\`json\n${json}\n\`\`\`\n`;
    assert.match(
      blockRefusal(`One:\n${fence}Two:\n${fence}`),
      /^malformed at 16: The text has 2 blocks of data, on lines 3, 16/,
    );
  });

  it('names the line of a fault as it stands in the message', () => {
    assert.match(
      blockRefusal(
        'Here:\n```yaml\nrole: command_patch\ntarget: M\nmutations:\n  - path: /etc/x\n    contents: y\n```\n',
      ),
      /^path_refused at 6: /,
    );
  });
});

describe('block F', () => {
  const yaml = [
    'meta:',
    '  id: f-1',
    '  description: Say hello',
    'routing:',
    '  target: MAIN',
    'enforcementFlags:',
    '  runDryCheck: true',
    'mutations:',
    '  - path: a.txt',
    '    contents: |',
    '      hello',
    '  - path: run.sh',
    '    op: chmod',
    '    mode: 0755',
    'gates:',
    '  - npm test',
    '  - name: Lint & Types',
    '    run: npm run lint',
    '',
  ].join('\n');

  it('is a template with sections, in YAML', () => {
    const change = blockChange(yaml);
    assert.deepEqual([change.format, change.title, change.externalId], ['block-f', 'Say hello', 'f-1']);
    assert.deepEqual(editsOf(change), [WRITTEN, 'mode run.sh 100755']);
    assert.deepEqual(
      change.edits.map(({ span }) => span.firstLine),
      [9, 12],
    );
    assert.deepEqual(
      change.checks.map(({ name, script }) => `${name}: ${script}`),
      ['gate 1: npm test', 'lint - types: npm run lint'],
    );
  });

  it('takes flags as a list of names too, and gates as a mapping', () => {
    const { notes, checks, terms } = blockChange({
      meta: {},
      enforcementFlags: ['runDryCheck', 'runDryChek'],
      mutations: [FILE],
      gates: { unit: 'npm test', build: ['make', 'make all'] },
    });
    assert.deepEqual(terms?.flags, ['runDryCheck']);
    assert.match(notes.join('\n'), /flags that are not known: runDryChek/);
    assert.deepEqual(
      checks.map(({ name }) => name),
      ['unit', 'build', 'build'],
    );
  });

  it('is refused where its YAML is no plain data, with line and column', () => {
    assert.match(
      blockRefusal(`${yaml}gates: []\n`),
      /^malformed at 19: Line 19, column 1 of the patch: the key "gates" stands here twice/,
    );
    assert.match(blockRefusal(`meta: &a\n  x: *a\nmutations: []\n`), /^malformed at 2: .*aliases/);
    assert.match(refusalOf(yaml), /YAML is not read here/);
  });
});
