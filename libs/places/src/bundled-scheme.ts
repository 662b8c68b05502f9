import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '@carers/kernel';

/** A scheme document that comes with the project, by name: "dorset". Not checked yet; `importScheme` does that. */
export async function bundledScheme(name: string): Promise<unknown> {
  if (!/^[a-z0-9-]+$/.test(name)) throw new RangeError(`Not the name of a scheme document: ${name}`);
  return JSON.parse(await readFile(join(projectRoot, 'libs/places/data/schemes', `${name}.json`), 'utf8'));
}
