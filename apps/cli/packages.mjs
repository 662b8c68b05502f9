import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const packages = resolve(fileURLToPath(import.meta.url), '../../../node_modules');

/** Where the packages with the longest comments have what Node loads of them; the others together hold a fifth. */
const folders = [
  '@nestjs/common',
  '@nestjs/core',
  'fastify/lib',
  'handlebars/dist',
  'i18next/dist/esm',
  'pg-boss/dist',
  'typeorm',
  'zod/v4/classic',
  'zod/v4/core',
];
const elsewhere = /[/\\](browser|amd|cjs|node_modules)[/\\]|\.min\.js$/;

/** Of modules shorter than this, in bytes, there is little to gain. */
const short = 4096;

/**
 * Writes modules of packages to `out` once more, without comments and indents and each sign in one byte: Node keeps the
 * text of whatever it has loaded. They lie there as in node_modules; `versions.json` says of which version of each package
 * they are copies, so that none is taken for another (`apps/web/src/loading/copies.ts`). Does nothing while that is so.
 */
export async function slimPackages({ out }) {
  const record = join(out, 'versions.json');
  const versions = `${JSON.stringify(Object.fromEntries(await Promise.all(folders.map(versionOf))), null, 2)}\n`;
  const [made, recipe] = await Promise.all(
    [record, fileURLToPath(import.meta.url)].map((path) => stat(path).catch(() => null)),
  );
  if (made?.mtimeMs > recipe.mtimeMs && (await readFile(record, 'utf8')) === versions) return;
  const { transform } = await import('esbuild');
  // Whole or not at all: a server may be starting, and another build may be running.
  const fresh = `${out}.${process.pid}`;
  await rm(fresh, { recursive: true, force: true });
  await Promise.all((await modules()).map(copy));
  await writeFile(join(fresh, 'versions.json'), versions);
  await rm(out, { recursive: true, force: true });
  await rename(fresh, out);

  async function copy(path) {
    const text = await readFile(join(packages, path));
    if (text.length < short) return;
    const { code } = await transform(text, { minifyWhitespace: true, legalComments: 'none', charset: 'ascii' });
    await mkdir(dirname(join(fresh, path)), { recursive: true });
    await writeFile(join(fresh, path), code);
  }
}

async function versionOf(folder) {
  const name = folder
    .split('/')
    .slice(0, folder.startsWith('@') ? 2 : 1)
    .join('/');
  const { version } = JSON.parse(await readFile(join(packages, name, 'package.json'), 'utf8'));
  return [name, version];
}

/** Their paths below node_modules. */
async function modules() {
  const found = folders.map(async (folder) => {
    const entries = await readdir(join(packages, folder), { withFileTypes: true, recursive: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(packages, join(entry.parentPath, entry.name)));
  });
  return (await Promise.all(found)).flat().filter((path) => path.endsWith('.js') && !elsewhere.test(path));
}
