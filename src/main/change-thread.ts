import { parentPort } from 'node:worker_threads';
import { yamlReader } from '../adapters/files/yaml.ts';
import { serveChanges } from '../adapters/threads/serve-changes.ts';
import { changeWork } from '../app/change-work.ts';

/* A thread of the change engine: the same work as at once, where nobody waits for the event loop. */

if (!parentPort) throw new TypeError('change-thread runs as a worker only');
serveChanges(parentPort, changeWork(yamlReader));
