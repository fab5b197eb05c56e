import { readFilledList } from './globs.ts';
import { invalid, item, readText, type Spot } from './plain-data.ts';

/** `status.example.org:443`, `[::1]:80`: lower case, always with its port. */
export type Host = string;

const STANDARD_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

export function hostOf(url: URL): Host {
  return `${url.hostname}:${url.port || (STANDARD_PORTS[url.protocol] ?? '')}`;
}

/** Hosts as an operator writes them, `localhost:3000`; one without a port is meant at both standard ports. */
export function readHosts(value: unknown, spot: Spot): readonly Host[] {
  if (value === undefined) return [];
  return readFilledList(value, spot).flatMap((entry, index) => {
    const text = readText(entry, item(spot, index));
    const url = URL.parse(`http://${text}/`);
    const isPlain =
      url !== null && url.pathname === '/' && url.username === '' && url.search === '' && url.hash === '';
    if (!isPlain || text.includes('/') || text.includes('*'))
      throw invalid(item(spot, index), `\`${text}\` is no host; expected one like localhost:3000`);
    if (/:\d+$/.test(text)) return [`${url.hostname}:${url.port || '80'}`];
    return Object.values(STANDARD_PORTS).map((port) => `${url.hostname}:${port}`);
  });
}

/** Whether its owner can only have meant an address of their own: `localhost`, or an address written out. */
export function namesAddress(hostname: string): boolean {
  return hostname === 'localhost' || hostname.startsWith('[') || /^[0-9.]+$/.test(hostname);
}
