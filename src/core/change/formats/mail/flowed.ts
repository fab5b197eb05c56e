import type { PatchLine } from '../patch-lines.ts';

/**
 * Lines of a `format=flowed` body as they were before a mail program wrapped them: one space goes from the start of a
 * stuffed line, and a line that ends in a space goes on in the next. Source: RFC 3676.
 */
export function unflowed(lines: readonly PatchLine[], delSp: boolean): PatchLine[] {
  const whole: PatchLine[] = [];
  let begun = '';
  for (const line of lines) {
    if (line.text === SIGNATURE) {
      if (begun !== '') whole.push({ text: begun, eol: '\n' });
      begun = '';
      whole.push(line);
      continue;
    }
    const text = line.text.startsWith(' ') ? line.text.slice(1) : line.text;
    if (text.endsWith(' ')) {
      begun += delSp ? text.slice(0, -1) : text;
      continue;
    }
    whole.push({ ...line, text: begun + text });
    begun = '';
  }
  if (begun !== '') whole.push({ text: begun, eol: '\n' });
  return whole;
}

const SIGNATURE = '-- ';
