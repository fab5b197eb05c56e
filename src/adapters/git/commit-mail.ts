/** A commit as the parts of a mail say it. Bytes as latin1. */
export interface CommitText {
  readonly id: string;
  /** Header and message as `git log --pretty=email` writes them. */
  readonly letter: string;
  readonly diff: string;
}

/** Where a mail stands in its series. */
export interface MailPlace {
  readonly index: number;
  readonly of: number;
  /** Stands in no commit of the series. */
  readonly boundary: string;
}

/** What the parts say for themselves. */
const OF_PARTS = /^(?:MIME-Version|Content-Type|Content-Transfer-Encoding):/;
const SUBJECT = 'Subject: [PATCH]';

/**
 * A commit as a mail of two parts, so that no line of the message can be taken for the diff. The message begins with the
 * field `From:`, as mails of other senders do: no line of its own is then read as such a field. It ends with `---`.
 */
export function mailOf({ letter, diff }: CommitText, { index, of, boundary }: MailPlace): string {
  const blank = letter.indexOf('\n\n');
  const [head, message] = blank < 0 ? [letter, ''] : [letter.slice(0, blank), letter.slice(blank + 2)];
  const fields = head.split('\n').filter((line) => line !== '' && !OF_PARTS.test(line));
  const from = fieldOf(fields, 'From: ');
  const numbered = fields.map((line) =>
    line.startsWith(SUBJECT) ? `Subject: [PATCH ${index}/${of}]${line.slice(SUBJECT.length)}` : line,
  );
  return [
    ...numbered,
    'MIME-Version: 1.0',
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    ...['', `--${boundary}`, 'Content-Type: text/plain; charset=UTF-8', 'Content-Transfer-Encoding: 8bit'],
    ...['', ...from, '', message.replace(/\n+$/, ''), '---', ''],
    ...[`--${boundary}`, 'Content-Type: text/x-patch; charset=UTF-8', 'Content-Transfer-Encoding: 8bit'],
    ...[`Content-Disposition: inline; filename="${String(index).padStart(4, '0')}.patch"`, ''],
    `${diff}`,
    ...[`--${boundary}--`, '', ''],
  ].join('\n');
}

/** A field with the lines in which it goes on. */
function fieldOf(fields: readonly string[], name: string): readonly string[] {
  const first = fields.findIndex((line) => line.startsWith(name));
  if (first < 0) return [];
  const next = fields.findIndex((line, at) => at > first && !/^[ \t]/.test(line));
  return fields.slice(first, next < 0 ? undefined : next);
}
