/** Codes of npm that say that the files are wrong, whichever registry is asked, and in which words we say so. */
const AUTHORS: Readonly<Record<string, string>> = {
  EUSAGE: 'package-lock.json does not agree with package.json',
  EINTEGRITY: 'a package is not what package-lock.json says it is',
  E404: 'the registry does not have a package that package.json or package-lock.json names',
  ETARGET: 'the registry does not have a version that package.json or package-lock.json names',
  EBADPLATFORM: 'package-lock.json names a package that is not for this platform',
  EJSONPARSE: 'a file cannot be read',
};

const LONGEST = 500;

/** What went wrong when npm ended with an error, by what it printed, and whose it is to put right. */
export function npmProblem(printed: string): { readonly whose: 'author' | 'ours'; readonly why: string } {
  const code = /^npm (?:error|ERR!) code (\S+)/m.exec(printed)?.[1] ?? '';
  const said = printed
    .split('\n')
    .map((line) => line.replace(/^npm (?:error|ERR!) ?/, '').trim())
    .filter((line) => line !== '' && !/^(?:code |A complete log|Log files were|\S*_logs\/)/.test(line))
    .join('; ')
    .slice(0, LONGEST);
  const known = Object.hasOwn(AUTHORS, code) ? AUTHORS[code] : undefined;
  return known === undefined
    ? { whose: 'ours', why: `npm could not install the packages${code && ` (${code})`}: ${said}` }
    : { whose: 'author', why: `${known} (${code}): ${said}` };
}
