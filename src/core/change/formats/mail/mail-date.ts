const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** `Fri, 9 Jun 2006 00:44:16 -0700`. RFC 5322, 3.3, with the named zones that still occur. */
const DATE =
  /^\s{0,9}(?:[A-Za-z]{3,9},?\s{1,9})?(\d{1,2})\s{1,9}([A-Za-z]{3})[a-z]{0,6}\s{1,9}(\d{4})\s{1,9}(\d{1,2}):(\d\d)(?::(\d\d))?\s{0,9}(?:([+-])(\d\d)(\d\d)|UTC?|GMT|Z)\b/;

/** Seconds since 1970; null where the text is no date of a mail, or one that no calendar has. */
export function mailDate(text: string): number | null {
  const match = DATE.exec(text);
  if (match === null) return null;
  const [day, year, hour, minute, second] = [match[1], match[3], match[4], match[5], match[6] ?? '0'].map(
    Number,
  );
  const month = MONTHS.indexOf((match[2] ?? '').toLowerCase());
  if (
    day === undefined ||
    year === undefined ||
    hour === undefined ||
    minute === undefined ||
    second === undefined
  )
    return null;
  const date = new Date(Date.UTC(year, month, day, hour, minute, Math.min(second, LAST_SECOND)));
  if (month < 0 || date.getUTCDate() !== day || hour > 23 || minute > 59 || second > LEAP_SECOND) return null;
  const offset = (Number(match[8] ?? 0) * 60 + Number(match[9] ?? 0)) * 60;
  return date.getTime() / 1000 - (match[7] === '-' ? -offset : offset);
}

const LAST_SECOND = 59;
const LEAP_SECOND = 60;
