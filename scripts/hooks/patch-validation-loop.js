import { callGhost } from '../lib/ghost.js';

// One turn of the loop: an author, person or model, is told what to repair until the exit code is 0.
await callGhost({
  name: 'hooks/patch-validation-loop.js',
  words: ['apply', '--check'],
  purpose:
    'Rehearses a patch in memory and prints what its author has to repair: as text, or the repair request as JSON.\nExits 0 when it fits and 5 when it does not, so that a loop can ask again. Writes nothing, and runs no check.',
  usage: 'FILE|- [--repo DIR] [--three-way] [--json]',
});
