import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

/*
 * The control of the start bench: a process that imports what an entry point of the product imports, all of it, and does
 * nothing with it. Arguments: the entry points. Says `ready` over the IPC channel and waits for its end.
 */
for (const entry of process.argv.slice(2)) {
  const base = pathToFileURL(entry);
  const specifiers = [
    ...readFileSync(entry, 'utf8').matchAll(/^(?:import(?! type)|\} from)[^'"]*['"]([^'"]+)['"]/gm),
  ];
  for (const [, specifier = ''] of specifiers) await import(resolved(specifier, base));
}
process.once('disconnect', () => process.exit());
process.send?.('ready');

function resolved(specifier: string, base: URL): string {
  return specifier.startsWith('.') ? pathToFileURL(fileURLToPath(new URL(specifier, base))).href : specifier;
}
