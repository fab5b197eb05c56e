/** `nobody` on every Linux: owns nothing, and is in no group that counts. */
const NOBODY = 65534;

/**
 * Whom a private copy has to belong to, so that the commands run on it can write: the plain user that root drops to,
 * or null when Ghost runs as a plain user itself and commands run as the same one.
 */
export function sandboxOwner(): { readonly uid: number; readonly gid: number } | null {
  return process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : null;
}
