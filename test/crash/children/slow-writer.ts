import { closeSync, openSync, writeSync } from 'node:fs';

/*
 * Writes a file piece by piece, one for each word from its parent, and answers when a piece is written. Every other
 * piece goes through a descriptor of its own, as programs do that open a file anew to add to it.
 */
const [, , path = ''] = process.argv;
const kept = openSync(path, 'a');
let pieces = 0;

process.on('message', (piece: string | null) => {
  if (piece === null) {
    closeSync(kept);
    process.send?.('closed');
    process.disconnect();
    return;
  }
  pieces += 1;
  const descriptor = pieces % 2 === 0 ? openSync(path, 'a') : kept;
  writeSync(descriptor, piece);
  if (descriptor !== kept) closeSync(descriptor);
  process.send?.('written');
});
