import { type Architecture, DENIED_CALLS, WATCHED_CALLS } from './denied-calls.ts';

/** `AUDIT_ARCH_X86_64` and `AUDIT_ARCH_AARCH64` of linux/audit.h. */
const AUDIT_ARCH: Readonly<Record<Architecture, number>> = { x64: 0xc000003e, arm64: 0xc00000b7 };
/** The x32 calls of an x64 kernel have this bit set and reach the same code under other numbers. */
const X32_BIT = 0x40000000;
/** CLONE_NEWTIME shares its bit with the exit signal of `clone` and exists for `clone3` only. */
const CLONE_NEW_ANY = 0x7e020000;
/** Unix, IPv4, IPv6 and netlink stay inside the network namespace. vsock and the kernel's crypto sockets do not. */
const SOCKET_FAMILIES = [1, 2, 10, 16];

/** TIOCSTI and TIOCLINUX of asm-generic/ioctls.h: they write into a terminal as if its user had typed it. */
const TYPING_FOR_OTHERS = [0x5412, 0x541c];

const ERRNO = { EPERM: 1, ENOSYS: 38, EOPNOTSUPP: 95, EAFNOSUPPORT: 97 } as const;
const RETURN_ALLOW = 0x7fff0000;
const RETURN_KILL_PROCESS = 0x80000000;
const RETURN_ERRNO = 0x00050000;

/** Offsets in `struct seccomp_data`, little endian: the number, the architecture, the low halves of the first two arguments. */
const DATA = { number: 0, architecture: 4, firstArgument: 16, secondArgument: 24 } as const;
const OP = { load: 0x20, jumpIfEqual: 0x15, jumpIfAtLeast: 0x35, jumpIfSet: 0x45, return: 0x06 } as const;

interface Instruction {
  readonly op: number;
  readonly onTrue: number;
  readonly onFalse: number;
  readonly operand: number;
}

/**
 * The system-call filter as a classic BPF program, `struct sock_filter[]` as seccomp(2) takes it. What is denied fails
 * with EPERM; `clone3` with ENOSYS, because its flags are out of a filter's sight and the C library then uses `clone`.
 */
export function seccompFilter(architecture: Architecture): Uint8Array {
  return assemble([
    load(DATA.architecture),
    ...unless(OP.jumpIfEqual, AUDIT_ARCH[architecture], RETURN_KILL_PROCESS),
    load(DATA.number),
    ...(architecture === 'x64' ? when(OP.jumpIfAtLeast, X32_BIT, errno('ENOSYS')) : []),
    ...deniedNumbers(architecture).flatMap((number) => when(OP.jumpIfEqual, number, errno('EPERM'))),
    ...when(OP.jumpIfEqual, WATCHED_CALLS.clone3[architecture], errno('ENOSYS')),
    // It takes a disk in no time at all, before anybody looks how much is left; the C library then writes instead.
    ...when(OP.jumpIfEqual, WATCHED_CALLS.fallocate[architecture], errno('EOPNOTSUPP')),
    ...inCall(WATCHED_CALLS.clone[architecture], [
      load(DATA.firstArgument),
      ...when(OP.jumpIfSet, CLONE_NEW_ANY, errno('EPERM')),
      give(RETURN_ALLOW),
    ]),
    ...inCall(WATCHED_CALLS.socket[architecture], [
      load(DATA.firstArgument),
      ...SOCKET_FAMILIES.flatMap((family) => when(OP.jumpIfEqual, family, RETURN_ALLOW)),
      give(errno('EAFNOSUPPORT')),
    ]),
    ...inCall(WATCHED_CALLS.ioctl[architecture], [
      load(DATA.secondArgument),
      ...TYPING_FOR_OTHERS.flatMap((request) => when(OP.jumpIfEqual, request, errno('EPERM'))),
      give(RETURN_ALLOW),
    ]),
    give(RETURN_ALLOW),
  ]);
}

/** The architectures that a filter can be made for, null for any other. */
export function filteredArchitecture(name: string): Architecture | null {
  return name === 'x64' || name === 'arm64' ? name : null;
}

function deniedNumbers(architecture: Architecture): readonly number[] {
  return Object.values(DENIED_CALLS)
    .map((numbers) => numbers[architecture])
    .filter((number) => number !== null);
}

function errno(name: keyof typeof ERRNO): number {
  return RETURN_ERRNO | ERRNO[name];
}

function load(offset: number): Instruction {
  return { op: OP.load, onTrue: 0, onFalse: 0, operand: offset };
}

function give(answer: number): Instruction {
  return { op: OP.return, onTrue: 0, onFalse: 0, operand: answer };
}

function when(op: number, operand: number, answer: number): readonly Instruction[] {
  return [{ op, onTrue: 0, onFalse: 1, operand }, give(answer)];
}

function unless(op: number, operand: number, answer: number): readonly Instruction[] {
  return [{ op, onTrue: 1, onFalse: 0, operand }, give(answer)];
}

/** `body` must end in an answer: the number that was compared is no longer loaded after it. */
function inCall(number: number, body: readonly Instruction[]): readonly Instruction[] {
  return [{ op: OP.jumpIfEqual, onTrue: 0, onFalse: body.length, operand: number }, ...body];
}

function assemble(program: readonly Instruction[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(program.length * 8));
  for (const [index, { op, onTrue, onFalse, operand }] of program.entries()) {
    bytes.setUint16(index * 8, op, true);
    bytes.setUint8(index * 8 + 2, onTrue);
    bytes.setUint8(index * 8 + 3, onFalse);
    bytes.setUint32(index * 8 + 4, operand, true);
  }
  return new Uint8Array(bytes.buffer);
}
