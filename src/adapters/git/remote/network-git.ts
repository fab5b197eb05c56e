import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { RemoteScheme } from '../../../core/remote-url.ts';
import { type GitPlace, gitArguments, gitEnvironment } from '../environment.ts';
import type { NoAnswer } from './remote-link.ts';
import { secretsIn, strike } from './secret-words.ts';
import { plainWords } from './server-words.ts';

/** What opens a remote, as git takes it: settings for its command line and variables, neither of them secret. */
export interface Access {
  readonly scheme: RemoteScheme;
  readonly settings: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** A file of git's credential store: what is secret in it is taken out of everything that is said. */
  readonly secretsFile: string | null;
}

export interface NetworkRun {
  readonly place: GitPlace;
  readonly access: Access;
  readonly args: readonly string[];
  /** After so long its whole process group is ended. What it did by then is not known. */
  readonly limitMs: number;
  /** Given each line of standard error as it comes, progress included. */
  readonly tell?: (line: string) => void;
}

export interface NetworkEnd {
  /** null when it was killed, could not be started, or its output did not end with it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const OUTPUT_CAP = 1024 * 1024;
const STDERR_CAP = 16 * 1024;
/** Between being asked to end and being ended; and between the end of git and that of its output. */
const END_WAIT_MS = 2_000;

/** A transfer that is slower than this for so long has stalled: bytes a second, seconds. */
const LOW_SPEED = ['http.lowSpeedLimit=1', 'http.lowSpeedTime=30'];

/** Slips of old git versions that stand in the history of many repositories for good, and harm nobody. */
const OLD_SLIPS = [
  'badTimezone',
  'missingEmail',
  'missingNameBeforeEmail',
  'missingSpaceBeforeDate',
  'missingSpaceBeforeEmail',
  'zeroPaddedDate',
  'zeroPaddedFilemode',
];

const FETCHING = [
  // Unpacked, the objects of a fetch that is cut off are there in part, and a commit among them looks as if all of it
  // were. A pack gets its name when it is whole.
  'fetch.unpackLimit=1',
  'transfer.unpackLimit=1',
  // The index of a pack too, for the next fetch does not replace a torn one.
  'core.fsync=committed,derived-metadata,reference',
  'fetch.fsckObjects=true',
  ...OLD_SLIPS.map((slip) => `fetch.fsck.${slip}=ignore`),
];

const SETTINGS = [
  // To another host what opens this one would be sent along, to http:// in the clear.
  'http.followRedirects=false',
  'http.sslVerify=true',
  ...LOW_SPEED,
  ...FETCHING,
  'fetch.recurseSubmodules=false',
  'push.recurseSubmodules=no',
  'push.followTags=false',
  'push.gpgSign=false',
  'transfer.credentialsInUrl=die',
  // Our environment names an empty graft file, and what git says of it would stand among the words of the server.
  'advice.graftFileDeprecated=false',
];

/** One git command that may speak to a remote, in a process group of its own. Never throws. */
export async function networkGit({ place, access, args, limitMs, tell }: NetworkRun): Promise<NetworkEnd> {
  const secrets = await secretsIn(access.secretsFile);
  const settings = [...SETTINGS, ...access.settings].flatMap((setting) => ['-c', setting]);
  const child = spawn('git', gitArguments(place, args, settings), {
    cwd: '/',
    env: gitEnvironment(place, access.environment),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const said = { stdout: '', stderr: '' };
  const lines = linesFor((line) => tell?.(plainWords(strike(line, secrets))));
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    said.stdout = (said.stdout + chunk).slice(0, OUTPUT_CAP);
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    said.stderr = (said.stderr + chunk).slice(-STDERR_CAP);
    lines(chunk);
  });
  const { exitCode, problem } = await endOf(child, limitMs);
  const stderr = problem === null ? said.stderr : `${said.stderr}\nfatal: ${problem}`;
  return { exitCode, stdout: strike(said.stdout, secrets), stderr: strike(stderr, secrets) };
}

interface End {
  readonly exitCode: number | null;
  /** What we know of it that git does not say. */
  readonly problem: string | null;
}

/**
 * git's end, and that of its output. The master of ssh connections, or a proxy, leaves the group and keeps the pipes for
 * as long as it lives: it is not waited for, and of output that has not ended nothing is believed.
 */
function endOf(child: ChildProcessByStdio<null, Readable, Readable>, limitMs: number): Promise<End> {
  const { promise, resolve } = Promise.withResolvers<End>();
  const timers: NodeJS.Timeout[] = [];
  let problem: string | null = null;
  const late = setTimeout(() => {
    problem = `no end within ${limitMs} ms`;
    // Of a file:// remote the other side is in the group too; asked to end, it takes its lock files with it.
    signalGroup(child.pid, 'SIGTERM');
    timers.push(setTimeout(() => signalGroup(child.pid, 'SIGKILL'), END_WAIT_MS));
  }, limitMs);
  child.once('error', (error) => {
    problem = error.message;
  });
  child.once('exit', (exitCode) => {
    clearTimeout(late);
    timers.push(setTimeout(() => giveUp(exitCode), END_WAIT_MS));
  });
  const giveUp = (exitCode: number | null) => {
    const isWhole = child.stdout.readableEnded;
    if (!isWhole) problem ??= 'its output did not end with it';
    child.stdout.destroy();
    child.stderr.destroy();
    finish(isWhole ? exitCode : null);
  };
  const finish = (exitCode: number | null) => {
    for (const timer of [late, ...timers]) clearTimeout(timer);
    resolve({ exitCode, problem });
  };
  child.once('close', finish);
  return promise;
}

/** Whole lines of what comes in pieces, so that nothing secret is told in two halves. Progress ends its lines with CR. */
function linesFor(tell: (line: string) => void): (chunk: string) => void {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk).split(/[\r\n]+/);
    rest = (lines.pop() ?? '').slice(-STDERR_CAP);
    for (const line of lines) if (line.trim() !== '') tell(line);
  };
}

function signalGroup(pid: number | undefined, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It ended meanwhile.
  }
}

const DENIED =
  /Authentication failed|could not read (?:Username|Password)|Permission (?:to .+ )?denied|access denied|not (?:authorized|allowed|permitted)|(?:error|code):? 40[0-9]\b|Host key verification failed|host identification has changed|repository .*not found|does not appear to be a git repository|detected dubious ownership|does not support/i;

/** Why a command got no answer, in words that may be shown. */
export function whyNoAnswer({ stderr }: Pick<NetworkEnd, 'stderr'>): NoAnswer {
  const lines = stderr
    .split(/[\r\n]+/)
    .filter((line) => /^(?:fatal|error|remote|ssh|.*Permission denied|.*verification failed)/i.test(line));
  const why = plainWords((lines.length > 0 ? lines : [stderr]).join('; ')) || 'git gave no reason';
  return { kind: DENIED.test(stderr) ? 'denied' : 'unreachable', why };
}
