/** The most that any patch may have. One byte, file or hunk more is refused as `too_large`. */
export const MAX_PATCH_BYTES = 8 * 1024 * 1024;
export const MAX_FILES = 1_000;
export const MAX_HUNKS = 10_000;
/** Of one file that a patch makes, binary content inflated. */
export const MAX_FILE_BYTES = 10 * 1024 * 1024;
/** Of all binary content of one patch, inflated: a few bytes of it can stand for very many. */
export const MAX_INFLATED_BYTES = 64 * 1024 * 1024;
/** Of all files together whose content a patch makes: many hunks of one byte can stand in many large files. */
export const MAX_MADE_BYTES = 256 * 1024 * 1024;
/** Characters of an author's own id. */
export const MAX_EXTERNAL_ID = 200;
/** Checks that a patch brings along: while they run, the line of its workspace stands. */
export const MAX_BROUGHT_CHECKS = 20;
/** Patches of one series. */
export const MAX_SERIES = 200;
