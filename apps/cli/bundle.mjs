import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How long files of builds before stay, in milliseconds: a web process that still runs may import them only now. */
const staysFor = 24 * 60 * 60_000;

/**
 * Puts what web loads of ours into a file for each lib: Node keeps some KiB for every module beside its text, and 1,200 of
 * them were 8 MiB of a web process. Packages stay as they are; so do files that are imported when they are used.
 * One file for all would be kept at two bytes a sign. Names of classes stay, since dependencies are told apart by them.
 *
 * @param {string} dist folder of what is built
 * @param {number} newest when the last of it was made, in milliseconds since 1970
 */
export async function bundleWeb(dist, newest) {
  const out = join(dist, 'web');
  // Written last: where it is, all others are.
  const last = join(out, 'serve.js');
  const made = await stat(last).catch(() => null);
  if (made && made.mtimeMs >= newest) return;
  // Asked for here: to load it takes longer than to see that nothing changed.
  const { build } = await import('esbuild');
  const libs = (await readdir(join(dist, 'libs'))).map((lib) => [lib, join(dist, 'libs', lib, 'src/index.js')]);
  const { outputFiles } = await build({
    entryPoints: [
      { in: join(dist, 'apps/web/src/serve.js'), out: 'serve' },
      ...libs.filter(([, index]) => existsSync(index)).map(([lib, index]) => ({ in: index, out: lib })),
    ],
    outdir: out,
    bundle: true,
    splitting: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    keepNames: true,
    minifyWhitespace: true,
    legalComments: 'none',
    sourcemap: true,
    write: false,
    logLevel: 'silent',
  });
  await mkdir(out, { recursive: true });
  for (const { path, contents } of outputFiles) if (path !== last) await writeFile(path, contents);
  await writeFile(last, outputFiles.find(({ path }) => path === last).contents);
  const ofThis = new Set(outputFiles.map(({ path }) => path));
  for (const path of (await readdir(out)).map((name) => join(out, name)).filter((path) => !ofThis.has(path)))
    if ((await stat(path)).mtimeMs < Date.now() - staysFor) await rm(path);
}
