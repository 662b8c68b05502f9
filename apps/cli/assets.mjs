import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const compressible = /\.(css|js|svg|json|wasm|txt|map)$/;

/**
 * Builds everything that browsers fetch from /assets/ into `out`: `libs/<lib>/browser/*.ts`, `libs/<lib>/styles/*.scss`
 * (not those that begin with `_`) and the files that `libs/<lib>/browser/assets.json` names. Each is stored under a
 * name with a hash of its content; `manifest.json` maps plain names to those. Style sheets refer to other files as
 * `url("asset:name")`. Does nothing when no input changed since the last time. Returns whether it built.
 */
export async function buildAssets({ out = join(root, 'dist', 'public') } = {}) {
  const entries = entriesOf();
  const recordPath = `${out}.json`;
  if (await unchanged(recordPath, entries, out)) return false;

  const inputs = new Set([fileURLToPath(import.meta.url)]);
  const files = new Map();
  for (const [name, path] of entries.copies) {
    inputs.add(path);
    files.set(name, await readFile(path));
  }
  const [scripts, styles] = await Promise.all([bundle(entries.scripts), compile(entries.styles)]);
  for (const part of [scripts, styles]) {
    part.inputs.forEach((path) => inputs.add(path));
    part.files.forEach((content, name) => files.set(name, content));
  }

  const manifest = {};
  const names = [...files.keys()].sort((a, b) => Number(a.endsWith('.css')) - Number(b.endsWith('.css')));
  // Whole or not at all: a server may be reading, and another build may be running.
  const fresh = `${out}.${process.pid}`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  for (const name of names) {
    let content = files.get(name);
    if (name.endsWith('.css')) content = withAddresses(name, content.toString(), manifest);
    manifest[name] = hashed(name, content);
    await store(join(fresh, manifest[name]), content);
  }
  await writeFile(join(fresh, 'manifest.json'), JSON.stringify(manifest, null, 2));
  await rm(out, { recursive: true, force: true });
  await mkdir(dirname(out), { recursive: true });
  await rename(fresh, out);
  await writeFile(recordPath, JSON.stringify({ entries: fingerprint(entries), inputs: await stamps(inputs) }));
  return true;
}

/** What there is to build, by the plain name of the result. Two libs cannot use one name. */
function entriesOf() {
  const entries = { scripts: new Map(), styles: new Map(), copies: new Map() };
  const add = (kind, name, path) => {
    for (const group of Object.values(entries)) {
      if (group.has(name)) throw new Error(`Two assets are called ${name}: ${group.get(name)} and ${path}`);
    }
    entries[kind].set(name, path);
  };
  for (const lib of readdirSync(join(root, 'libs')).sort()) {
    for (const path of filesIn(join(root, 'libs', lib, 'browser'), /(?<!\.spec|\.d)\.ts$/)) {
      add('scripts', basename(path).replace(/\.ts$/, '.js'), path);
    }
    for (const path of filesIn(join(root, 'libs', lib, 'styles'), /^[^_].*\.scss$/)) {
      add('styles', basename(path).replace(/\.scss$/, '.css'), path);
    }
  }
  return withCopies(entries, add);
}

function withCopies(entries, add) {
  for (const lib of readdirSync(join(root, 'libs')).sort()) {
    const list = join(root, 'libs', lib, 'browser', 'assets.json');
    if (!existsSync(list)) continue;
    const named = JSON.parse(readFileSync(list, 'utf8'));
    for (const [name, path] of Object.entries(named)) add('copies', name, join(root, path));
  }
  return entries;
}

function filesIn(folder, pattern) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => pattern.test(name))
    .map((name) => join(folder, name));
}

/** Scripts as one ES module each, small enough not to need splitting. */
async function bundle(scripts) {
  if (!scripts.size) return { inputs: [], files: new Map() };
  const { build } = await import('esbuild');
  const result = await build({
    absWorkingDir: root,
    entryPoints: [...scripts].map(([name, path]) => ({ in: path, out: name.replace(/\.js$/, '') })),
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    target: 'es2020',
    legalComments: 'none',
    outdir: 'assets',
    logLevel: 'silent',
  });
  return {
    inputs: Object.keys(result.metafile.inputs).map((path) => join(root, path)),
    files: new Map(result.outputFiles.map((file) => [basename(file.path), Buffer.from(file.contents)])),
  };
}

async function compile(styles) {
  // Asked for here: to load the compilers takes longer than to see that nothing changed.
  const { compileAsync, NodePackageImporter } = await import('sass');
  const inputs = [];
  const files = new Map();
  for (const [name, path] of styles) {
    const result = await compileAsync(path, {
      style: 'compressed',
      loadPaths: [join(root, 'node_modules')],
      importers: [new NodePackageImporter(root)],
      quietDeps: true,
    });
    inputs.push(...result.loadedUrls.filter((url) => url.protocol === 'file:').map((url) => fileURLToPath(url)));
    files.set(name, Buffer.from(result.css));
  }
  return { inputs, files };
}

function withAddresses(name, css, manifest) {
  return css.replace(/url\("?asset:([\w.-]+)"?\)/g, (_, asset) => {
    if (!manifest[asset]) throw new Error(`${name} refers to asset:${asset}, which nothing builds`);
    return `url("/assets/${manifest[asset]}")`;
  });
}

function hashed(name, content) {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 10);
  const dot = name.lastIndexOf('.');
  return `${name.slice(0, dot)}.${hash}${name.slice(dot)}`;
}

/** Text is stored compressed too, so that no request has to wait for it. */
async function store(path, content) {
  await writeFile(path, content);
  if (!compressible.test(path)) return;
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
  await writeFile(`${path}.br`, await promisify(brotliCompress)(content, { params }));
  await writeFile(`${path}.gz`, await promisify(gzip)(content));
}

async function unchanged(recordPath, entries, out) {
  if (!existsSync(recordPath) || !existsSync(join(out, 'manifest.json'))) return false;
  const record = JSON.parse(readFileSync(recordPath, 'utf8'));
  if (record.entries !== fingerprint(entries)) return false;
  const now = await stamps(Object.keys(record.inputs).map((path) => join(root, path)));
  return JSON.stringify(now) === JSON.stringify(record.inputs);
}

function fingerprint(entries) {
  const lines = Object.values(entries).flatMap((group) =>
    [...group].map(([name, path]) => `${name}=${relative(root, path)}`),
  );
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}

/** Size and time of change of every input, by its path in the project. */
async function stamps(paths) {
  const found = [];
  for (const path of [...paths].sort()) {
    const { size, mtimeMs } = await stat(path).catch(() => ({ size: -1, mtimeMs: -1 }));
    found.push([relative(root, path), `${size}:${mtimeMs}`]);
  }
  return Object.fromEntries(found);
}
