import { whyNoGlob } from '../glob.ts';
import { invalid, item, readList, readText, type Spot } from './plain-data.ts';

/** Globs of paths; none where nothing is said. @throws GhostError gate_file_invalid */
export function readGlobs(value: unknown, spot: Spot): readonly string[] {
  if (value === undefined) return [];
  return readFilledList(value, spot).map((entry, index) => {
    const glob = readText(entry, item(spot, index));
    const why = whyNoGlob(glob);
    if (why !== null) throw invalid(item(spot, index), `\`${glob}\` is no glob of paths: ${why}`);
    return glob;
  });
}

/** An empty list says nothing, and looks as if it did. */
export function readFilledList(value: unknown, spot: Spot): readonly unknown[] {
  const list = readList(value, spot);
  if (list.length === 0)
    throw invalid(spot, 'expected at least one entry, got an empty list; leave the key out');
  return list;
}
