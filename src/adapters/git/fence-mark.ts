import { fail } from '../../core/errors.ts';
import type { FenceMark } from '../../ports/repository.ts';

const FORM = /^ghost-fence 1\ninstallation ([^\n]+)\nworkspace ([^\n]+)\ntoken ([1-9]\d{0,15})\n$/;

/** The content of the blob that `refs/ghost/fence/<branch>` names. The first line carries the version of the form. */
export function formatMark(mark: FenceMark): Buffer {
  const { installation, workspace, token } = mark;
  const text = `ghost-fence 1\ninstallation ${installation}\nworkspace ${workspace}\ntoken ${token}\n`;
  if (!FORM.test(text)) throw new TypeError(`not a fence mark: ${JSON.stringify(mark)}`);
  return Buffer.from(text, 'utf8');
}

/** @throws GhostError integrity_broken: a fence that cannot be read is never taken for none */
export function parseMark(bytes: Buffer, where: string): FenceMark {
  const [, installation, workspace, token] = FORM.exec(bytes.toString('utf8')) ?? [];
  if (installation === undefined || workspace === undefined) {
    throw fail('integrity_broken', { problem: `${where} holds no fence mark that this Ghost can read.` });
  }
  return { installation, workspace, token: Number(token) };
}
