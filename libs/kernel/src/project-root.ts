import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this checkout: templates, catalogues and data are read from the source tree, wherever the code runs. */
export const projectRoot: string = findRoot(dirname(fileURLToPath(import.meta.url)));

function findRoot(folder: string): string {
  const manifest = join(folder, 'package.json');
  if (existsSync(manifest)) {
    const { name } = JSON.parse(readFileSync(manifest, 'utf8')) as { name?: string };
    if (name === 'carers-card') return folder;
  }
  const parent = dirname(folder);
  if (parent === folder) throw new Error('The package.json of carers-card was not found above the running code.');
  return findRoot(parent);
}
