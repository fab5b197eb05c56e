/** Why a file was put into `refused`. */
export interface RefusedFile {
  readonly code: string;
  /** What, got, expected. */
  readonly message: string;
  readonly hint: string;
  /** Located faults of its content, where it was read. */
  readonly faults: readonly unknown[];
}

/** The same for whoever left the file there. */
export function refusalText(name: string, { message, hint }: RefusedFile): string {
  return [
    `${JSON.stringify(name)} was not taken as a patch. Nothing was submitted.`,
    '',
    message,
    '',
    `Next: ${hint}`,
    'Leave the repaired patch in the inbox again, under this name or another.',
    '',
  ].join('\n');
}
