import type { Json } from '../json.ts';
import type { Patch } from '../patch/patch.ts';
import type { Entry } from './entry.ts';
import { eventIn } from './fold.ts';
import { newsOf } from './news.ts';
import { acceptedNews, stepNews } from './patch-entry.ts';

/**
 * What the outbox tells of an entry, computed again. @param after the patch as this entry left it; null for an entry
 * that is no patch's
 */
export function newsInEntry(entry: Entry, after: Patch | null): Json {
  const { type, at, actor, data } = entry;
  if (after === null) return newsOf(data);
  if (type !== 'patch.accepted') return newsOf(stepNews({ after, event: eventIn(entry), at, actor }));
  return newsOf(withoutLater(acceptedNews(after), data));
}

/** Members that acceptances of earlier versions do not have were not told either. */
function withoutLater(news: Json, data: Json): Json {
  const has = new Set(Object.keys(Object(data)));
  const members = Object.entries(Object(news) as Record<string, Json>);
  return Object.fromEntries(
    members.filter(([name]) => (name !== 'series' && name !== 'merge') || has.has(name)),
  );
}
