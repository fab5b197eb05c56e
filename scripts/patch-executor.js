import { callGhost } from './lib/ghost.js';

await callGhost({
  name: 'patch-executor.js',
  words: ['apply'],
  purpose: 'Lands one patch on a local repository, through its gate, without a service.',
  usage: 'FILE|- [--repo DIR] [--check] [--ungated] [--json]',
});
