import { parentPort, workerData } from 'node:worker_threads';
import { comparePictures } from '../adapters/browser/compare.ts';
import type { Comparison } from '../adapters/browser/compare-in-thread.ts';

/* A thread that compares two pictures, tells what differs, and ends. */

if (!parentPort) throw new TypeError('compare-thread runs as a worker only');
const { pictures, threshold }: Comparison = workerData;
parentPort.postMessage(comparePictures(pictures, threshold));
