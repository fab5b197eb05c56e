/** `apply_patch <<'EOF'`, `cat <<EOF | git apply`, or only `<<EOF`: text handed to a command until a line says the word. */
export interface Heredoc {
  readonly closes: (text: string) => boolean;
}

const OPENING = /<<(-?)[ \t]{0,4}(?:'(\w{1,40})'|"(\w{1,40})"|\\?(\w{1,40}))/;
/** Longer lines are no commands. */
const MAX_COMMAND = 400;

/** Reads a line as the opening of a heredoc; null when it is none. `next` is the line below it. */
export function heredocOpening(text: string, next: string): Heredoc | null {
  if (text.length > MAX_COMMAND || next === '') return null;
  const match = OPENING.exec(text);
  const word = match?.[2] ?? match?.[3] ?? match?.[4];
  if (word === undefined) return null;
  const tabs = match?.[1] === '-';
  return { closes: (line) => (tabs ? line.replace(/^\t{1,40}/, '') : line).trimEnd() === word };
}
