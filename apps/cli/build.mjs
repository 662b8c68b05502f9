/**
 * Builds everything into dist/: TypeScript by swc (the type check is `npm run typecheck`), of that what web loads in few
 * files, then what browsers get.
 * A file is compiled anew only where it, or how it is compiled, is newer than its output. `--quiet` says nothing when all
 * went well.
 */
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformFile } from '@swc/core';
import { buildAssets } from './assets.mjs';
import { bundleWeb } from './bundle.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const out = join(root, 'dist');
/**
 * Node keeps the text of each module for as long as it runs, two bytes a sign where one sign is not Latin: comments and
 * indents would be a third of it. Names stay as they are, and maps lead back to the source.
 */
const slim = { compress: false, mangle: false, format: { comments: false, asciiOnly: true } };
const quiet = process.argv.includes('--quiet');
const began = performance.now();
const started = Date.now();

const recipes = await Promise.all(
  [fileURLToPath(import.meta.url), join(root, 'apps/cli/bundle.mjs'), join(root, '.swcrc')].map((file) => stat(file)),
);
const changed = Math.max(...recipes.map(({ mtimeMs }) => mtimeMs));
const sources = (
  await Promise.all(['apps', 'libs', 'migrations', 'test'].map((folder) => typescriptIn(join(root, folder))))
).flat();
const made = await Promise.all(sources.map(compile));
const compiled = made.filter((at) => at >= started).length;
await removeOrphans();
await bundleWeb(out, Math.max(changed, ...made));
await buildAssets({ out: join(out, 'public') });
if (!quiet)
  console.log(`Built ${compiled} of ${sources.length} files in ${((performance.now() - began) / 1000).toFixed(1)} s.`);

/** Every .ts file below a folder that Node runs: browser code is bundled instead, specs are run by Jest. */
async function typescriptIn(folder) {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !/\.(spec|d)\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.includes(`${sep}browser${sep}`) || file.includes(`${sep}test${sep}`));
}

function outputOf(source) {
  return join(out, relative(root, source)).replace(/\.ts$/, '.js');
}

/** Gives when the output was made, in milliseconds since 1970. */
async function compile(source) {
  const target = outputOf(source);
  const [from, to] = await Promise.all([stat(source), stat(target).catch(() => null)]);
  if (to && to.mtimeMs >= Math.max(from.mtimeMs, changed)) return to.mtimeMs;
  const jsc = { baseUrl: root, minify: slim };
  const { code, map } = await transformFile(source, { cwd: root, jsc, minify: true, sourceMaps: true });
  await mkdir(dirname(target), { recursive: true });
  await writeFile(`${target}.map`, map);
  await writeFile(target, `${code}\n//# sourceMappingURL=${target.slice(target.lastIndexOf(sep) + 1)}.map\n`);
  return Date.now();
}

/** Output whose source is gone would still be importable. */
async function removeOrphans() {
  const kept = new Set(sources.map(outputOf));
  for (const folder of ['apps', 'libs', 'migrations', 'test']) {
    const entries = await readdir(join(out, folder), { withFileTypes: true, recursive: true }).catch(() => []);
    for (const entry of entries) {
      const file = join(entry.parentPath, entry.name);
      if (entry.isFile() && file.endsWith('.js') && !kept.has(file)) {
        await rm(file);
        await rm(`${file}.map`, { force: true });
      }
    }
  }
}
