import { spawn } from 'node:child_process';
import { type GitPlace, gitArguments, gitEnvironment } from '../environment.ts';
import type { NoAnswer } from './remote-link.ts';
import { plainWords } from './server-words.ts';

/** What opens a remote, as git takes it: settings for its command line and variables, neither of them secret. */
export interface Access {
  readonly settings: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
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
  /** null when it was killed, or could not be started. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const OUTPUT_CAP = 1024 * 1024;
const STDERR_CAP = 16 * 1024;
/** Between being asked to end and being ended. */
const END_WAIT_MS = 2_000;

/** A transfer that is slower than this for so long has stalled: bytes a second, seconds. */
const LOW_SPEED = ['http.lowSpeedLimit=1', 'http.lowSpeedTime=30'];

const SETTINGS = [
  // To another host what opens this one would be sent along, to http:// in the clear.
  'http.followRedirects=false',
  'http.sslVerify=true',
  ...LOW_SPEED,
  'fetch.recurseSubmodules=false',
  'push.recurseSubmodules=no',
  'push.followTags=false',
  'push.gpgSign=false',
  'transfer.credentialsInUrl=die',
  // Our environment names an empty graft file, and what git says of it would stand among the words of the server.
  'advice.graftFileDeprecated=false',
];

/** One git command that may speak to a remote, in a process group of its own. Never throws. */
export function networkGit(run: NetworkRun): Promise<NetworkEnd> {
  const { place, access, args, limitMs, tell } = run;
  const settings = [...SETTINGS, ...access.settings].flatMap((setting) => ['-c', setting]);
  return new Promise((resolve) => {
    const child = spawn('git', gitArguments(place, args, settings), {
      cwd: '/',
      env: gitEnvironment(place, access.environment),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let stdout = '';
    let stderr = '';
    const late = setTimeout(() => {
      stderr += `\nfatal: no end within ${limitMs} ms`;
      // Of a file:// remote the other side is in the group too; asked to end, it takes its lock files with it.
      signalGroup(child.pid, 'SIGTERM');
      force = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), END_WAIT_MS);
    }, limitMs);
    let force: NodeJS.Timeout | undefined;
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout = (stdout + chunk).slice(0, OUTPUT_CAP);
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr = (stderr + chunk).slice(-STDERR_CAP);
      if (tell) for (const line of chunk.split(/[\r\n]+/)) if (line.trim() !== '') tell(plainWords(line));
    });
    child.on('error', (error) => {
      stderr += `\nfatal: ${error.message}`;
    });
    child.on('close', (exitCode) => {
      clearTimeout(late);
      clearTimeout(force);
      resolve({ exitCode, stdout, stderr });
    });
  });
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
