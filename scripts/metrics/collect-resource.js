import { callGhost } from '../lib/ghost.js';

await callGhost({
  name: 'metrics/collect-resource.js',
  words: ['resources'],
  purpose:
    'Measures this machine and the processes of Ghost once. While `ghost up` runs, summaries/_heartbeat/.resource.json\nholds the same, measured every 5 seconds.',
  usage: '[--json]',
});
