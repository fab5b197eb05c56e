import type { Change } from '../change.ts';

/** What the reader of one form of plain data found; notes and faults it told on its way. */
export type Contents = Pick<Change, 'format' | 'title' | 'externalId' | 'edits' | 'checks' | 'terms'>;
