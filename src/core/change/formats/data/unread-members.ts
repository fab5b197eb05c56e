import { nearest } from '../../../nearest.ts';
import { shown } from './located.ts';
import type { ObjectField, Reading } from './reading.ts';

/** More names than this are counted and not listed. */
const MOST_NAMED = 12;
/** Longer words are nobody's slip of the pen, and comparing takes the product of both lengths. */
const LONGEST_COMPARED = 40;

/** Members of an object outside `known`, each with the known one that was probably meant: `"pth" (path?)`. */
function unreadMembers(field: ObjectField, known: readonly string[]): string | null {
  const read = new Set(known);
  const names = [...field.value.members.keys()].filter((name) => !read.has(name));
  if (names.length === 0) return null;
  const told = names.slice(0, MOST_NAMED).map((name) => {
    const absent = known.filter((one) => !field.value.members.has(one));
    const meant = name.length > LONGEST_COMPARED ? null : nearest(name, absent);
    return meant === null ? shown(name) : `${shown(name)} (${meant}?)`;
  });
  const more = names.length - told.length;
  return more > 0 ? `${told.join(', ')} and ${more} more` : told.join(', ');
}

/** In our own form nothing is passed over: a member that is not read is a fault. */
export function refuseUnread(field: ObjectField, known: readonly string[], reading: Reading): void {
  const names = unreadMembers(field, known);
  if (names === null) return;
  const subject = field.at === '' ? 'The patch' : `Field ${field.at}`;
  reading.fault('malformed', field, {
    message: `${subject} has members that are not known: ${names}; known are ${known.join(', ')}.`,
    hint: 'Take them out, or give them their right names.',
  });
}

/** In the old blocks they are said, so that nobody believes that they were obeyed. */
export function noteUnread(field: ObjectField, known: readonly string[], reading: Reading): void {
  const names = unreadMembers(field, known);
  if (names === null) return;
  const where = field.at === '' ? 'the block' : field.at;
  reading.note(`members of ${where} that change nothing here: ${names}`);
}
