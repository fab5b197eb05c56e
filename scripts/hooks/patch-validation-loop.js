import { callGhost } from '../lib/ghost.js';

await callGhost({
  name: 'hooks/patch-validation-loop.js',
  words: ['apply', '--check'],
  purpose:
    'Rehearses a patch in memory and tells every fault at once, with what would repair it. Writes nothing.',
  usage: 'FILE|- [--repo DIR] [--json]',
});
