import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Summary } from '../core/evidence/summary.ts';
import type { Client } from './client.ts';
import type { Print } from './print.ts';

/** Saves what the checks of a patch left for people, of all attempts, each under its name and the first of its digest. */
export async function savePictures(
  client: Client,
  print: Print,
  { id, folder }: { readonly id: string; readonly folder: string },
): Promise<void> {
  const path = `/api/v1/patches/${encodeURIComponent(id)}`;
  const { summary } = await client.get<{ readonly summary: Summary }>(`${path}/evidence`);
  const artifacts = summary.gates.flatMap(({ verdicts }) => verdicts.flatMap((one) => one.artifacts ?? []));
  const saved: string[] = [];
  await mkdir(folder, { recursive: true });
  for (const { name, sha256, mediaType } of artifacts) {
    const file = join(folder, `${sha256.slice(0, 16)}-${basename(name)}`);
    await writeFile(file, await client.text(`${path}/artifacts/${sha256}`, mediaType));
    saved.push(file);
  }
  print.answer({ id, saved }, () => {
    for (const file of saved) print.text(file);
    if (saved.length === 0) print.note('its checks took no pictures');
  });
}
