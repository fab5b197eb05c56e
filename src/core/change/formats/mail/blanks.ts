/** Bytes without the blanks around them. `trim` would take a no-break space's byte away, which may be half of a letter. */
export function withoutBlanks(bytes: string): string {
  let [first, end] = [0, bytes.length];
  while (first < end && isBlank(bytes[first])) first++;
  while (end > first && isBlank(bytes[end - 1])) end--;
  return bytes.slice(first, end);
}

function isBlank(char: string | undefined): boolean {
  return char === ' ' || char === '\t' || char === '\r' || char === '\n';
}
