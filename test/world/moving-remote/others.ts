import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatMark } from '../../../src/adapters/git/fence-mark.ts';
import { pick } from '../../conformance/random.ts';
import { aBareRepository, git } from '../git.ts';

const BRANCH = 'refs/heads/main';
const FENCE = 'refs/ghost/fence/main';

/** What the server does with the next push of Ghost's. */
const TROUBLES = ['die-before', 'die-after', 'tear-fence', 'tear-branch', 'decline'] as const;

type Trouble = (typeof TROUBLES)[number];

const MOVES = [
  ...['forward', 'forward', 'forward', 'rewrite', 'delete', 'fence away', 'fence foreign', 'fence copied'],
  ...['away', 'cut', ...TROUBLES],
] as const;
export type Move = (typeof MOVES)[number];

/** Runs in every hook of the remote. What others do past pushes is left alone. */
const HOOK = `#!/bin/sh
[ -n "$BY_OTHERS" ] && exit 0
[ -e trouble ] || exit 0
trouble=$(cat trouble)
case "$(basename "$0") $1 $trouble" in
  'pre-receive  die-before') rm trouble; kill -9 $PPID ;;
  "update ${BRANCH} decline") rm trouble; echo 'not on this branch' >&2; exit 1 ;;
  'reference-transaction committed '*) ;;
  *) exit 0 ;;
esac
updates=$(cat)
case "$updates" in *${FENCE}*) ;; *) exit 0 ;; esac
case "$trouble" in die-before|decline) exit 0 ;; esac
rm trouble
back() {
  before=$(echo "$updates" | grep " $1\\$" | cut -d' ' -f1)
  case "$before" in '') ;; *[1-9a-f]*) BY_OTHERS=1 git update-ref $1 $before ;; *) BY_OTHERS=1 git update-ref -d $1 ;; esac
}
[ $trouble = tear-fence ] && back ${FENCE}
[ $trouble = tear-branch ] && back ${BRANCH}
kill -9 $PPID
`;

/** Everybody else who has rights on the remote, its network and its keepers, all of ill luck. */
export class Others {
  readonly gitDir: string;
  /** Commits of theirs that they have not themselves rewritten away. */
  readonly kept = new Set<string>();
  readonly #random: () => number;
  readonly #mirrorLimits: { transferMs: number };
  readonly #usual: number;
  #logs = '';
  #count = 0;
  #undo: (() => void)[] = [];

  constructor(random: () => number, limits: { transferMs: number }) {
    this.#random = random;
    this.#mirrorLimits = limits;
    this.#usual = limits.transferMs;
    this.gitDir = aBareRepository();
    this.#git('config', 'core.logAllRefUpdates', 'always');
    for (const name of ['pre-receive', 'update', 'reference-transaction']) {
      const path = join(this.gitDir, 'hooks', name);
      writeFileSync(path, HOOK);
      chmodSync(path, 0o755);
    }
  }

  get url(): string {
    return `file://${this.gitDir}`;
  }

  move(): Move {
    const move = pick(MOVES, this.#random);
    this.#count += 1;
    this.#make(move);
    return move;
  }

  /** Takes back what was done for a while: the network is there again, the branch too, and the fence is nobody else's. */
  rest(): void {
    for (const undo of this.#undo.splice(0).reverse()) undo();
  }

  tip(): string {
    return this.#git('rev-parse', BRANCH);
  }

  /** Every move of the branch so far, old and new, whoever made it. */
  history(): readonly { readonly from: string; readonly to: string; readonly by: 'others' | 'ghost' }[] {
    return [...this.#logs.split('\n'), ...this.#reflog().split('\n')].flatMap((line) => {
      const [, from = '', to = '', words = ''] = /^([0-9a-f]+) ([0-9a-f]+) .*?\t(.*)$/.exec(line) ?? [];
      return from === '' ? [] : [{ from, to, by: words.startsWith('others') ? 'others' : 'ghost' } as const];
    });
  }

  isAncestor(ancestor: string, descendant: string): boolean {
    return this.#succeeds('merge-base', '--is-ancestor', ancestor, descendant);
  }

  #make(move: Move): void {
    const moves: Readonly<Record<Exclude<Move, Trouble>, () => void>> = {
      forward: () => this.#forward(),
      rewrite: () => this.#rewrite(),
      delete: () => this.#delete(),
      'fence away': () => this.#succeeds('update-ref', '-d', FENCE),
      'fence foreign': () => this.#fence('somebody else', 1_000),
      'fence copied': () => this.#fence(null, 0),
      away: () => this.#away(),
      cut: () => this.#cut(),
    };
    if (isTrouble(move)) writeFileSync(join(this.#here, 'trouble'), move);
    else moves[move]();
  }

  #forward(): void {
    const tip = this.#tipIfAny();
    if (tip === null) return;
    const commit = this.#git('commit-tree', '-p', tip, '-m', `Others ${this.#count}`, `${tip}^{tree}`);
    this.#git('update-ref', '-m', 'others', BRANCH, commit, tip);
    this.kept.add(commit);
  }

  /** Back by a few commits, perhaps some of Ghost's, and a new one in their place. */
  #rewrite(): void {
    const tip = this.#tipIfAny();
    if (tip === null) return;
    const back = 1 + Math.floor(this.#random() * 2);
    if (!this.#succeeds('rev-parse', '--verify', '--quiet', `${tip}~${back}`)) return;
    const onto = this.#git('rev-parse', `${tip}~${back}`);
    const commit = this.#git(
      'commit-tree',
      '-p',
      onto,
      '-m',
      `Others again ${this.#count}`,
      `${onto}^{tree}`,
    );
    this.#git('update-ref', '-m', 'others', BRANCH, commit, tip);
    for (const theirs of this.kept) if (!this.isAncestor(theirs, commit)) this.kept.delete(theirs);
    this.kept.add(commit);
  }

  #delete(): void {
    const tip = this.#tipIfAny();
    if (tip === null) return;
    this.#logs += this.#reflog();
    this.#git('update-ref', '-d', BRANCH);
    this.#undo.push(() => void this.#git('update-ref', '-m', 'others', BRANCH, tip, ''));
  }

  /** The mark of another installation, until it is taken away again; or our own, as a copied ledger would count it. */
  #fence(installation: string | null, token: number): void {
    const now = this.#succeeds('rev-parse', '--verify', '--quiet', FENCE)
      ? this.#git('cat-file', 'blob', FENCE)
      : '';
    const [, ours, workspace, standing] = /installation (.+)\nworkspace (.+)\ntoken (\d+)\n/.exec(now) ?? [];
    if (ours === undefined || workspace === undefined) return;
    const mark = { installation: installation ?? ours, workspace, token: token || Number(standing) };
    const path = join(this.#here, 'mark');
    writeFileSync(path, formatMark(mark));
    this.#git('update-ref', FENCE, this.#git('hash-object', '-w', path));
    if (installation !== null) this.#undo.push(() => void this.#succeeds('update-ref', '-d', FENCE));
  }

  #away(): void {
    if (!existsSync(this.gitDir)) return;
    renameSync(this.gitDir, `${this.gitDir}.away`);
    this.#undo.push(() => renameSync(`${this.gitDir}.away`, this.gitDir));
  }

  /** What is under way is killed after so long, wherever it is by then. */
  #cut(): void {
    this.#mirrorLimits.transferMs = 1 + Math.floor(this.#random() * 80);
    this.#undo.push(() => {
      this.#mirrorLimits.transferMs = this.#usual;
    });
  }

  get #here(): string {
    return existsSync(this.gitDir) ? this.gitDir : `${this.gitDir}.away`;
  }

  #reflog(): string {
    const path = join(this.#here, 'logs', BRANCH);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }

  #tipIfAny(): string | null {
    return this.#succeeds('rev-parse', '--verify', '--quiet', BRANCH) ? this.#git('rev-parse', BRANCH) : null;
  }

  #succeeds(...args: readonly string[]): boolean {
    try {
      this.#git(...args);
      return true;
    } catch {
      return false;
    }
  }

  #git(...args: readonly string[]): string {
    return git(this.#here, '-c', 'core.hooksPath=/dev/null', ...args);
  }
}

function isTrouble(move: Move): move is Trouble {
  return (TROUBLES as readonly string[]).includes(move);
}
