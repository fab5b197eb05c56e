import { yamlReader } from '../../src/adapters/files/yaml.ts';
import { changeWork } from '../../src/app/change-work.ts';
import { sha256 } from '../../src/core/digest.ts';
import type { ChangeEngine, Fitted, ReadText } from '../../src/ports/change-engine.ts';

const KEPT = 20_000;

/**
 * The product's own change engine. What it answers rests on text and tree alone, and schedules have few of both: so
 * each pair that fits is computed once. The one look at the repository that this takes is taken each time, because
 * reading can fail; a pair that does not fit takes more looks, and is computed anew.
 */
export function rememberingEngine(): ChangeEngine {
  const work = changeWork(yamlReader);
  const reads = new Map<string, ReadText>();
  const fits = new Map<string, Fitted>();
  return {
    async read(text) {
      const key = sha256(text.body);
      const known = reads.get(key) ?? work.read(text);
      reads.set(key, known);
      return known;
    },
    async fit(source, base, patch) {
      const key = `${base.tree} ${sha256(patch.body)}`;
      const known = fits.get(key);
      if (known !== undefined) {
        await source.repository.snapshot(base.tree, []);
        return known;
      }
      const answer = await work.fit(source, base, patch);
      if (answer.kind === 'fits' && fits.size < KEPT) fits.set(key, answer);
      return answer;
    },
    close: () => Promise.resolve(),
  };
}
