import { finished } from 'node:stream/promises';
import winston from 'winston';
import DailyRotateFile from 'winston-daily-rotate-file';
import { type LogFile, openLogFile } from './log-file.ts';
import { redact, redactText } from './redact.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, unknown>>;

/** Says what happens, one JSON object per line. Secrets never reach a line: see redact.ts. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger that adds `fields` to each of its lines; it shares the parent's outlets. */
  child(fields: LogFields): Logger;
  /** Resolves when every line is with the operating system. Lines said afterwards are dropped. */
  close(): Promise<void>;
}

export interface LoggerOptions {
  readonly component: string;
  readonly instance: string;
  /** Where `<component>-<date>.log` is written, a new file each UTC day, kept for 14 days. Null: no files. */
  readonly directory: string | null;
  readonly level: LogLevel;
  /** Standard error only: standard output belongs to answers. */
  readonly console: 'text' | 'json' | 'none';
}

export function createLogger(options: LoggerOptions): Logger {
  const { component, instance, level, directory } = options;
  const consoles = consoleTransport(options);
  const root = winston.createLogger({
    level,
    silent: consoles.length === 0,
    levels: winston.config.npm.levels,
    // Each outlet has its own; winston's default would spell out every line as JSON for nobody.
    format: winston.format((info) => info)(),
    transports: consoles,
  });
  const file = directory === null ? null : openLogFile(root, () => rotatingFile(directory, component));
  const block = openBlock((said) => {
    file?.look();
    // This level only lets them through; each line has its own.
    root.log('error', '', { said });
  });
  const outlet: Outlet = {
    say: (at, message, fields) => {
      if (!root.writable || !root.isLevelEnabled(at)) return;
      const isUrgent = consoles.length > 0 || at === 'warn' || at === 'error';
      block.add({ at, message, fields }, isUrgent ? 'now' : 'soon');
    },
    close: once(() => {
      block.write();
      return closeAll(root, consoles, file);
    }),
  };
  return loggerOn(outlet, { component, instance });
}

interface Line {
  readonly time: string;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/**
 * Collects the lines of one turn of the loop, unless somebody watches or one is urgent: the way through winston and the
 * rotating file costs several times what a line does. A line that cannot be written must not break what it tells of.
 */
function openBlock(put: (said: readonly Line[]) => void) {
  let said: Line[] = [];
  const write = () => {
    const all = said;
    said = [];
    if (all.length > 0) attempt(() => put(all));
  };
  return {
    write,
    add({ at, message, fields }: { at: LogLevel; message: string; fields: LogFields }, when: 'now' | 'soon') {
      attempt(() => {
        const time = new Date().toISOString();
        if (said.length === 0) setImmediate(write);
        said.push({ time, level: at, message: redactText(message), fields: redactedFields(fields) });
      });
      if (when === 'now') write();
    },
  };
}

function attempt(act: () => void): void {
  try {
    act();
  } catch {
    // What a log cannot hold is not worth an error.
  }
}

interface Outlet {
  say(level: LogLevel, message: string, fields: LogFields): void;
  close(): Promise<void>;
}

function loggerOn(outlet: Outlet, base: LogFields): Logger {
  const at = (level: LogLevel) => (message: string, fields?: LogFields) =>
    outlet.say(level, message, { ...base, ...fields });
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => loggerOn(outlet, { ...base, ...fields }),
    close: outlet.close,
  };
}

type Form = (line: Line) => string;

/** What a line holds comes first, so that a field cannot stand in for the time, the level or the message. */
const jsonLine: Form = ({ time, level, message, fields }) => {
  const { time: _, level: __, message: ___, ...rest } = fields;
  return JSON.stringify({ time, level, message, ...rest });
};

const textLine: Form = ({ time, level, message, fields }) => {
  const { component, instance: _, ...rest } = fields;
  const told = Object.entries(rest).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  const at = time.slice(11, 23);
  return printable([at, level.toUpperCase().padEnd(5), component, message, ...told].join(' '));
};

function printed(form: Form) {
  return winston.format.printf(({ said }) => (said as readonly Line[]).map(form).join('\n'));
}

function redactedFields(fields: unknown): Record<string, unknown> {
  return { ...Object(redact(fields)) };
}

/** A terminal obeys control characters, and bidirectional ones reorder what it shows; neither reaches it. */
const UNPRINTABLE = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

function printable(text: string): string {
  return text.replace(
    UNPRINTABLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function rotatingFile(directory: string, component: string): DailyRotateFile {
  return new DailyRotateFile({
    dirname: directory,
    filename: `${component}-%DATE%.log`,
    datePattern: 'YYYY-MM-DD',
    utc: true,
    maxFiles: '14d',
    auditFile: `${directory}/.${component}-files.json`,
    format: printed(jsonLine),
  });
}

function consoleTransport({ console }: LoggerOptions): winston.transport[] {
  if (console === 'none') return [];
  const format = printed(console === 'json' ? jsonLine : textLine);
  return [new winston.transports.Console({ format, stderrLevels: Object.keys(winston.config.npm.levels) })];
}

async function closeAll(
  root: winston.Logger,
  consoles: readonly winston.transport[],
  file: LogFile | null,
): Promise<void> {
  const flushed = consoles.map((transport) => finished(transport).catch(() => undefined));
  const closed = file?.close();
  root.end();
  await Promise.all([...flushed, closed]);
}

function once(act: () => Promise<void>): () => Promise<void> {
  let first: Promise<void> | null = null;
  return () => {
    first ??= act();
    return first;
  };
}
