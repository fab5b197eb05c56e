/** The line that `git format-patch` writes above each mail; its date is a sign and no date. */
const FORMAT_PATCH = /^From [0-9a-f]{40,64} Mon Sep 17 00:00:00 2001$/;
/** The one of other mailboxes ends in a time and a year: `From a@example.org Fri Jun  9 00:44:16 2006`. */
const TIME_AND_YEAR = / \d{1,2}:\d\d(?::\d\d)?(?: [A-Za-z+-][A-Za-z0-9]{1,5})? \d{4}(?: [+-]\d{4})?$/;
const LONGEST = 300;

/** Whether a line divides the mails of a mailbox. Source of the format: RFC 4155. */
export function isFromLine(text: string): boolean {
  if (!text.startsWith('From ') || text.length > LONGEST) return false;
  return FORMAT_PATCH.test(text) || TIME_AND_YEAR.test(text.trimEnd());
}
