import { callGhost } from './lib/ghost.js';

await callGhost({
  name: 'processor.js',
  words: ['submit', '--wait'],
  purpose: 'Submits one patch to the running service and follows it to its end; the exit code tells which.',
  usage: 'FILE|- [--workspace NAME] [--title TEXT] [--force] [--json]',
});
