const CODES = { red: 31, green: 32, yellow: 33, cyan: 36, dim: 2 } as const;
type Colour = keyof typeof CODES;

const OF_WORD: Readonly<Record<string, Colour>> = {
  landed: 'green',
  healthy: 'green',
  pass: 'green',
  rejected: 'red',
  failed: 'red',
  unhealthy: 'red',
  fail: 'red',
  error: 'red',
  held: 'yellow',
  degraded: 'yellow',
  unknown: 'yellow',
  cancelled: 'dim',
  queued: 'cyan',
  checking: 'cyan',
  landing: 'cyan',
};

/** SGR sequences (ECMA-48 8.3.117), for terminals only. */
function paint(text: string, colour: Colour): string {
  return `\u001b[${CODES[colour]}m${text}\u001b[0m`;
}

/** A state or a health in its colour; other words stay as they are. */
export function paintWord(word: string): string {
  const colour = OF_WORD[word];
  return colour ? paint(word, colour) : word;
}
