import type { ReadOptions } from '../core/change/formats/reader.ts';
import { outlineOf } from '../core/change/outline.ts';
import { parseSeries } from '../core/change/parse-series.ts';
import type { ChangeEngine, ChangeWork, PatchText } from '../ports/change-engine.ts';
import type { YamlReader } from '../ports/policy.ts';
import { applyLittle, applyToTip } from './apply-change.ts';

/** What a change engine does, on the thread that asks. */
export function changeWork(yaml: YamlReader): ChangeWork {
  const readingOf = ({ format, root }: PatchText): ReadOptions => ({
    ...{ format, root },
    yaml: (text) => yaml.locate(text),
  });
  return {
    read: (text) => {
      const parsed = parseSeries(text.body, readingOf(text));
      if (parsed.kind === 'faulty') return parsed;
      const patches = parsed.patches.map(({ body, change }) => ({ body, outline: outlineOf(change) }));
      return { kind: 'series', patches };
    },
    fit: (source, base, patch) => applyToTip(source, base, { ...patch, reading: readingOf(patch) }),
    fitLittle: (source, base, patch) => applyLittle(source, base, { ...patch, reading: readingOf(patch) }),
  };
}

/** The engine of a process that serves nobody else while it works. */
export function inlineEngine(work: ChangeWork): ChangeEngine {
  return {
    read: async (text) => work.read(text),
    fit: (source, base, patch) => work.fit(source, base, patch),
    close: async () => undefined,
  };
}
