import { callGhost } from './lib/ghost.js';

await callGhost({
  name: 'health-aggregator.js',
  words: ['health'],
  purpose:
    'Measures every component once. While `ghost up` runs, summaries/_heartbeat/.aggregated-health.json holds the same,\nmeasured every 5 seconds.',
  usage: '[--json]',
});
