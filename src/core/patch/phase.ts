/** As long as any plan needs. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/;
/** `P14.00.04` is step 00.04 of phase 14. */
const STEP = /^p(\d+)(?:\.\d+)*$/i;

/** The phase that a text names: `P14` of `P14`, `p14` and `P14.00.04`, and any other name as it is. Null for no name. */
export function readPhase(text: string): string | null {
  const name = text.trim();
  const step = STEP.exec(name);
  if (step !== null) return `P${step[1]}`;
  return NAME.test(name) ? name : null;
}

/** The phase in the id of an old block: `P14` of `patch-v3.3.21(P14.00.04)_slug`. */
export function phaseInId(id: string): string | null {
  const [, step] = /\((p\d+(?:\.\d+)*)\)/i.exec(id) ?? [];
  return step === undefined ? null : readPhase(step);
}
