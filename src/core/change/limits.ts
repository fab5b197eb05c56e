/** The most that any patch may have. One byte, file or hunk more is refused as `too_large`. */
export const MAX_PATCH_BYTES = 8 * 1024 * 1024;
export const MAX_FILES = 1_000;
export const MAX_HUNKS = 10_000;
/** Of one file that a patch makes, binary content inflated. */
export const MAX_FILE_BYTES = 10 * 1024 * 1024;
/** Patches of one series. */
export const MAX_SERIES = 200;
