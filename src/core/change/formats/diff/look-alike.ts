import { legible } from '../../bytes.ts';
import { codePoint } from '../../hidden-characters.ts';

/** Characters that keyboards, word processors and chat programs put in the place of a sign of a diff. */
const MEANT: Readonly<Record<string, string>> = {
  '\u2010': '-',
  '\u2011': '-',
  '\u2012': '-',
  '\u2013': '-',
  '\u2014': '-',
  '\u2212': '-',
  '\ufe63': '-',
  '\uff0d': '-',
  '\ufe62': '+',
  '\uff0b': '+',
  '\u00a0': 'a space',
  '\u2007': 'a space',
  '\u202f': 'a space',
  '\u3000': 'a space',
};

/** What a line (latin1) begins with in the place of its sign; null where it begins with something else. */
export function lookAlike(text: string): { readonly got: string; readonly meant: string } | null {
  const [first = ''] = legible(text.slice(0, 4));
  const meant = MEANT[first];
  return meant === undefined ? null : { got: codePoint(first), meant };
}
