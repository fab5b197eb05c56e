const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** ULIDs without chance: time, then a number that only grows. */
export function ulids(): (at: number) => string {
  let made = 0;
  return (at) => {
    made += 1;
    return spelled(at, 10) + spelled(made, 16);
  };
}

function spelled(number: number, length: number): string {
  let text = '';
  for (let rest = number; text.length < length; rest = Math.floor(rest / 32))
    text = (DIGITS[rest % 32] ?? '0') + text;
  return text;
}
