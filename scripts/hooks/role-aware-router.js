import { callGhost } from '../lib/ghost.js';

// Asks the one table of acts that every edge asks.
await callGhost({
  name: 'hooks/role-aware-router.js',
  words: ['can'],
  purpose:
    'Tells whether a role may give a command. Exits 0 for yes and 4 for no; 2 where there is no such role or command.',
  usage: 'ROLE COMMAND [--json]',
});
