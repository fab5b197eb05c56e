/** An expected failure of a script: everything the reader needs is in its message, so no stack is printed. */
export class Fault extends Error {
  /** @param {{what: string, where: string, got: string, expected: string, next: string}} facts */
  constructor({ what, where, got, expected, next }) {
    super(
      [
        what,
        `  where:    ${where}`,
        `  got:      ${got}`,
        `  expected: ${expected}`,
        `  next:     ${next}`,
      ].join('\n'),
    );
    this.name = 'Fault';
  }
}

/** Runs a script's body; a Fault becomes its message on stderr and exit code 1, anything else keeps its stack. */
export async function runScript(body) {
  try {
    await body();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    console.error(`ghost: ${error.message}`);
    process.exitCode = 1;
  }
}
