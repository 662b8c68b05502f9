import { readdirSync, readFileSync } from 'node:fs';

/** Where packages are. */
export const packages = new URL('../../../../../node_modules/', import.meta.url);

/**
 * Modules of packages without comments, as the build wrote them (`apps/cli/packages.mjs`): the address of each module,
 * and where its copy is. None of a package that is of another version by now, and none at all where nothing was built.
 */
export function copiesIn(folder: URL): Map<string, URL> {
  try {
    const made = Object.entries(read<Record<string, string>>(new URL('versions.json', folder)));
    const paths = made.flatMap(([name, version]) => (versionOf(name) === version ? modulesIn(name, folder) : []));
    return new Map(paths.map((path) => [new URL(path, packages).href, new URL(path, folder)]));
  } catch {
    // Read whole, they do the same.
    return new Map();
  }
}

function modulesIn(name: string, folder: URL): string[] {
  const paths = readdirSync(new URL(name, folder), { recursive: true, encoding: 'utf8' });
  return paths.filter((path) => path.endsWith('.js')).map((path) => `${name}/${path.replaceAll('\\', '/')}`);
}

function versionOf(name: string): string {
  return read<{ version: string }>(new URL(`${name}/package.json`, packages)).version;
}

function read<Content>(file: URL): Content {
  return JSON.parse(readFileSync(file, 'utf8')) as Content;
}
