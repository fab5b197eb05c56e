import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { DENIED_CALLS, WATCHED_CALLS } from '../../../src/adapters/sandbox/denied-calls.ts';
import { seccompFilter } from '../../../src/adapters/sandbox/seccomp.ts';

const ALLOW = 0x7fff0000;
const KILL = 0x80000000;
const EPERM = 0x00050001;
const EOPNOTSUPP = 0x0005005f;
const ENOSYS = 0x00050026;
const EAFNOSUPPORT = 0x00050061;
const ARCH = { x64: 0xc000003e, arm64: 0xc00000b7 } as const;
const GETPID = { x64: 39, arm64: 172 } as const;

for (const architecture of ['x64', 'arm64'] as const) {
  describe(`the system-call filter for ${architecture}`, () => {
    const filter = seccompFilter(architecture);
    const answer = (number: number, argument = 0, arch: number = ARCH[architecture]) =>
      interpret(filter, { number, arch, argument });

    it('allows what is not named', () => assert.equal(answer(GETPID[architecture]), ALLOW));

    it('kills what calls under another architecture', () => {
      assert.equal(answer(GETPID[architecture], 0, 0x40000003), KILL);
    });

    for (const [name, numbers] of Object.entries(DENIED_CALLS)) {
      const number = numbers[architecture];
      if (number !== null) it(`denies ${name}`, () => assert.equal(answer(number), EPERM));
    }

    it('allows clone for processes and threads, and denies it for namespaces', () => {
      const clone = WATCHED_CALLS.clone[architecture];
      assert.equal(answer(clone, 0x00000011), ALLOW);
      assert.equal(answer(clone, 0x003d0f00), ALLOW);
      for (const flag of [0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000])
        assert.equal(answer(clone, flag | 0x11), EPERM, flag.toString(16));
    });

    it('hides clone3, whose flags it cannot see', () => {
      assert.equal(answer(WATCHED_CALLS.clone3[architecture]), ENOSYS);
    });

    it('lets nobody type into a terminal for its user', () => {
      const ioctl = WATCHED_CALLS.ioctl[architecture];
      const askedFor = (request: number) =>
        interpret(filter, { number: ioctl, arch: ARCH[architecture], argument: 0, second: request });
      assert.deepEqual([0x5401, 0x5412, 0x541c].map(askedFor), [ALLOW, EPERM, EPERM]);
    });

    it('lets nobody take a disk at once', () => {
      assert.equal(answer(WATCHED_CALLS.fallocate[architecture]), EOPNOTSUPP);
    });

    it('allows the sockets that a network namespace holds, and no others', () => {
      const allowed = Array.from({ length: 64 }, (_, family) => family).filter(
        (family) => answer(WATCHED_CALLS.socket[architecture], family) === ALLOW,
      );
      assert.deepEqual(allowed, [1, 2, 10, 16]);
      assert.equal(answer(WATCHED_CALLS.socket[architecture], 40), EAFNOSUPPORT);
    });
  });
}

it('the filter for x64 denies the x32 numbers', () => {
  assert.equal(
    interpret(seccompFilter('x64'), { number: 0x40000000 + 39, arch: ARCH.x64, argument: 0 }),
    ENOSYS,
  );
});

describe('the table of system calls', () => {
  const HEADERS = {
    x64: ['/usr/include/x86_64-linux-gnu/asm/unistd_64.h', /^#define __NR_(\w+)\s+(\d+)$/gm],
    arm64: ['/usr/include/asm-generic/unistd.h', /^#define __NR(?:3264)?_(\w+)\s+(\d+)$/gm],
  } as const;

  for (const architecture of ['x64', 'arm64'] as const) {
    it(`agrees with the kernel's header for ${architecture}`, (t) => {
      const [file, pattern] = HEADERS[architecture];
      if (!existsSync(file)) return t.skip(`${file} is not installed`);
      const header = new Map(
        [...readFileSync(file, 'utf8').matchAll(pattern)].map(([, name, number]) => [name, Number(number)]),
      );
      for (const [name, numbers] of Object.entries({ ...DENIED_CALLS, ...WATCHED_CALLS }))
        assert.equal(header.get(name) ?? null, numbers[architecture], name);
    });
  }
});

interface Call {
  readonly number: number;
  readonly arch: number;
  readonly argument: number;
  readonly second?: number;
}

/** Runs the program as the kernel would, see bpf(4); everything that it does not use is an error. */
function interpret(program: Uint8Array, { number, arch, argument, second = 0 }: Call): number {
  const view = new DataView(program.buffer, program.byteOffset, program.byteLength);
  const words = new Map([
    [0, number],
    [4, arch],
    [16, argument],
    [24, second],
  ]);
  let accumulator = Number.NaN;
  for (let at = 0; at < program.length / 8; at += 1) {
    const operand = view.getUint32(at * 8 + 4, true);
    const jump = (holds: boolean) => {
      at += view.getUint8(at * 8 + (holds ? 2 : 3));
    };
    const op = view.getUint16(at * 8, true);
    if (op === 0x20) accumulator = words.get(operand) ?? Number.NaN;
    else if (op === 0x06) return operand;
    else if (op === 0x15) jump(accumulator === operand);
    else if (op === 0x35) jump(accumulator >= operand);
    else if (op === 0x45) jump((accumulator & operand) !== 0);
    else throw new Error(`instruction ${at} has the operation ${op}`);
  }
  throw new Error('the program has no end');
}
