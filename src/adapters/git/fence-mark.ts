import { randomBytes } from 'node:crypto';
import { fail } from '../../core/errors.ts';
import { LARGEST_TOKEN } from '../../core/lease/lease.ts';
import type { FenceMark } from '../../ports/repository.ts';

/** Form 1 had no nonce. A repository may still show one; it is never written any more. */
const FORM =
  /^ghost-fence (1|2)\ninstallation ([^\n]+)\nworkspace ([^\n]+)\ntoken ([1-9]\d{0,15})\n(nonce [0-9a-f]{32}\n)?$/;

/**
 * The content of a new blob for `refs/ghost/fence/<branch>` to name. The first line carries the version of the form. The
 * nonce makes two marks two objects: copies of one data folder can count up to equal tokens, and each of them would
 * else find its own mark in the other's.
 */
export function formatMark(mark: FenceMark): Buffer {
  const { installation, workspace, token } = mark;
  const nonce = randomBytes(16).toString('hex');
  const text = `ghost-fence 2\ninstallation ${installation}\nworkspace ${workspace}\ntoken ${token}\nnonce ${nonce}\n`;
  if (!FORM.test(text) || token > LARGEST_TOKEN)
    throw new TypeError(`not a fence mark: ${JSON.stringify(mark)}`);
  return Buffer.from(text, 'utf8');
}

/** @throws GhostError integrity_broken: a fence that cannot be read is never taken for none */
export function parseMark(bytes: Buffer, where: string): FenceMark {
  const [, form, installation, workspace, token, nonce] = FORM.exec(bytes.toString('utf8')) ?? [];
  const isWhole = (form === '2') === (nonce !== undefined);
  const isCounted = Number(token) <= LARGEST_TOKEN;
  if (installation === undefined || workspace === undefined || !isWhole || !isCounted) {
    throw fail('integrity_broken', { problem: `${where} holds no fence mark that this Ghost can read.` });
  }
  return { installation, workspace, token: Number(token) };
}
