import type { RemoteScheme } from '../../../core/remote-url.ts';
import { type NetworkEnd, whyNoAnswer } from './network-git.ts';
import type { Pushed } from './remote-link.ts';
import { plainWords } from './server-words.ts';

/** One line of `git push --porcelain`: flag, refs, what became of it. */
const LINE = /^([ +*=!-])\t[^\t:]*:(refs\/[^\t]+)\t(.*)$/;

/** A decision of the server or of our git before anything was written; `[remote failure]` is an answer that never came. */
const DECIDED = /^\[(?:remote )?rejected\]/;

/** Refused by what the server's keepers want, whatever the refs stand at. */
const RULE =
  /hook declined|protected|prohibited|denied|not allowed|deny |denying|\bGH\d{3}\b|branch is currently checked out|policy|permission/i;

/**
 * What a push that ended like this did to `refs`. Only a whole report is believed: where a line is missing, the server
 * may have done anything, and the rest of it may still be on its way.
 */
export function readReport(
  end: NetworkEnd,
  refs: readonly string[],
  { scheme }: { readonly scheme: RemoteScheme },
): Pushed {
  const lines = end.stdout.split('\n').flatMap((line) => {
    const [, flag = '', ref = '', summary = ''] = LINE.exec(line) ?? [];
    return ref === '' ? [] : [{ flag, ref, summary }];
  });
  const isWhole = refs.every((ref) => lines.filter((line) => line.ref === ref).length === 1);
  if (isWhole && end.exitCode === 0 && lines.every(({ flag }) => flag !== '!' && flag !== '-'))
    return { kind: 'accepted' };
  if (
    !isWhole ||
    end.exitCode === null ||
    !lines.every(({ flag, summary }) => flag === '!' && DECIDED.test(summary))
  )
    return { kind: 'unknown', why: whyNoAnswer(end) };
  const reasons = lines.map(({ summary }) => /\((.*)\)/.exec(summary)?.[1] ?? summary);
  // Of an atomic push the refs that nothing is wrong with are refused for the sake of the other.
  const own = reasons.filter((reason) => !/^atomic /.test(reason));
  const why = plainWords([...new Set(own.length > 0 ? own : reasons), ...saidBy(end)].join('; '));
  // Over HTTP git words a server's `stale info` like its own: only elsewhere is it known that nothing was sent.
  const isOurs = scheme === 'ssh' || scheme === 'file';
  if (isOurs && lines.every(({ summary }) => summary.startsWith('[rejected]')))
    return { kind: 'refused', by: 'sender', why };
  const by = own.some((reason) => RULE.test(reason)) ? 'rule' : 'state';
  return { kind: 'refused', by, why, ...(isOurs && { copies: 'none' as const }) };
}

/** git marks what the other side printed. */
function saidBy({ stderr }: NetworkEnd): string[] {
  return stderr.split(/[\r\n]+/).filter((line) => /^remote: \S/.test(line));
}
