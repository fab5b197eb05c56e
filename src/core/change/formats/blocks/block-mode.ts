import { kindOf } from '../data/located.ts';
import type { Field, Reading } from '../data/reading.ts';

type BlockMode = '100644' | '100755';

/** As `chmod` is told them; 420 and 493 are 0644 and 0755 in decimal, as JSON without octal numbers has them. */
const MODES: ReadonlyMap<string, BlockMode> = new Map<string, BlockMode>([
  ...['644', '0644', '0o644', '100644', '420', '-x', 'a-x'].map((word) => [word, '100644'] as const),
  ...['755', '0755', '0o755', '100755', '493', '+x', 'u+x', 'a+x'].map((word) => [word, '100755'] as const),
]);

/** The mode that git will keep; null with a fault. */
export function blockMode(field: Field, reading: Reading): BlockMode | null {
  const mode = MODES.get(wordOf(field));
  if (mode !== undefined) return mode;
  reading.fault('unsupported', field, {
    message: `Field ${field.at} is ${kindOf(field.value)}; expected "0644" or "0755": git keeps no other mode of a file.`,
    hint: 'Give "0755" for a file that is run, "0644" for any other, or leave the mode out.',
  });
  return null;
}

function wordOf({ value }: Field): string {
  if (value?.kind === 'text') return value.text.trim();
  return value?.kind === 'other' && typeof value.value === 'number' ? String(value.value) : '';
}
