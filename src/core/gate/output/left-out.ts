/** What is missing between the beginning and the end that are kept of what a check printed: from byte `at` on, `bytes` of them. */
export interface LeftOut {
  readonly at: number;
  readonly bytes: number;
}

/** The line that stands in the kept output instead. */
export function leftOutLine({ bytes }: Pick<LeftOut, 'bytes'>): string {
  return `\n[... ${bytes} bytes left out ...]\n`;
}
