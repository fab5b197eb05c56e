/** Mails as `git format-patch --stdout` writes them, one behind the other: a series. */
export function mailsOf(...diffs: readonly string[]): string {
  const of = diffs.length;
  return diffs
    .map((diff, at) =>
      [
        `From ${`${at + 1}`.repeat(40).slice(0, 40)} Mon Sep 17 00:00:00 2001`,
        'From: Someone <someone@example.org>',
        'Date: Sun, 22 Nov 2026 10:00:00 +0000',
        `Subject: [PATCH ${at + 1}/${of}] Number ${at + 1}`,
        '',
        '---',
        diff,
      ].join('\n'),
    )
    .join('\n');
}
