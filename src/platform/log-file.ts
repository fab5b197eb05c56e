import { existsSync } from 'node:fs';
import type winston from 'winston';
import type DailyRotateFile from 'winston-daily-rotate-file';

export interface LogFile {
  /** Makes the file anew where it broke, or where somebody took it away; looks every few seconds only. */
  look(): void;
  /** Resolves when every line is with the operating system. */
  close(): Promise<void>;
}

const LOOK_EVERY_MS = 5_000;

/**
 * The file of a logger. A full disk, or a folder that is gone, costs lines and never the process that says them: the
 * broken file is given up, and another one is tried every few seconds.
 */
export function openLogFile(root: winston.Logger, make: () => DailyRotateFile): LogFile {
  let lookedAt = performance.now();
  let current: Opened | null = open();
  const give = (broken: Opened) => {
    if (current !== broken) return;
    current = null;
    root.remove(broken.transport);
    root.silent = root.transports.length === 0;
  };
  return {
    look() {
      if (performance.now() - lookedAt < LOOK_EVERY_MS) return;
      lookedAt = performance.now();
      if (current?.name !== null && current !== null && !existsSync(current.name)) give(current);
      if (current === null) current = attempt();
    },
    async close() {
      if (current !== null) await flushed(current);
    },
  };

  function attempt(): Opened | null {
    try {
      return open();
    } catch {
      return null;
    }
  }

  function open(): Opened {
    const transport = make();
    const opened: Opened = { transport, name: null, broken: new AbortController() };
    transport.on('new', (name: string) => {
      opened.name = name;
    });
    const broke = () => {
      opened.broken.abort();
      give(opened);
    };
    transport.on('error', broke);
    // The stream below tells of the disk, and nobody passes it on.
    streamOf(transport).on('error', broke);
    root.add(transport);
    root.silent = false;
    return opened;
  }
}

interface Opened {
  readonly transport: DailyRotateFile;
  /** The file of today, once it is known. */
  name: string | null;
  readonly broken: AbortController;
}

/** The rotating file says `finish` twice: when it has taken the last line, and when the file has; a broken one never. */
function flushed({ transport, broken }: Opened): Promise<void> {
  return new Promise((resolve) => {
    broken.signal.addEventListener('abort', () => resolve(), { once: true });
    transport.once('finish', () => {
      transport.once('finish', () => resolve());
      transport.close?.();
    });
  });
}

function streamOf(transport: DailyRotateFile): NodeJS.EventEmitter {
  if ('logStream' in transport) return transport.logStream as NodeJS.EventEmitter;
  throw new TypeError('the rotating file has no stream');
}
