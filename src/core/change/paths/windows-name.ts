/** The devices of DOS, which Windows opens in every folder and behind every extension. Source: git's is_valid_win32_path. */
const DEVICES: ReadonlySet<string> = new Set([
  'con',
  'prn',
  'aux',
  'nul',
  'conin$',
  'conout$',
  ...['com', 'lpt'].flatMap((port) => [...'0123456789\u00b9\u00b2\u00b3'].map((digit) => port + digit)),
]);

/**
 * Why a segment (Unicode text) cannot stand on Windows, or would be another file there; null when it can. Refused on every
 * platform: what lands is cloned everywhere. Completes the sentence "the path ...".
 */
export function whyNotOnWindows(segment: string): string | null {
  const odd = /[<>:"|?*]/.exec(segment)?.[0];
  if (odd !== undefined) return `contains ${JSON.stringify(odd)}, which no name on Windows may have`;
  if (segment.endsWith('.') || segment.endsWith(' ')) {
    return `has a segment that ends in a ${segment.endsWith('.') ? 'dot' : 'space'}, which Windows drops (${JSON.stringify(segment)})`;
  }
  const [stem = ''] = segment.split('.');
  return DEVICES.has(stem.trimEnd().toLowerCase())
    ? `has the segment ${JSON.stringify(segment)}, which is a device on Windows`
    : null;
}
