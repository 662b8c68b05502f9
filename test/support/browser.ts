import { execFile } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { access, chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createBrotliDecompress } from 'node:zlib';
import { type Browser, type BrowserContext, chromium, type LaunchOptions } from 'playwright-core';

const run = promisify(execFile);
const packageFolder = dirname(dirname(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium'))));
const cacheFolder = join(dirname(dirname(packageFolder)), '.cache');

/**
 * Ours, and not those that the package recommends: `--single-process` dies when a page closes, and
 * `--disable-web-security` would hide faults in the content security policy.
 */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--font-render-hinting=none',
];

interface Unpacked {
  executable: string;
  env: Record<string, string>;
}

/**
 * A real Chromium from npm, on a machine that may have nothing a browser needs. Close it in `afterAll`.
 *
 * @param options more for Playwright's `launch`; `args` are added to ours
 */
export async function openBrowser(options: LaunchOptions = {}): Promise<Browser> {
  const { executable, env } = await unpackChromium();
  return chromium.launch({
    ...options,
    executablePath: executable,
    env: { ...process.env, ...env, ...options.env } as Record<string, string>,
    args: [...flags, ...(options.args ?? [])],
  });
}

/**
 * The same with a profile that outlives it: what a page keeps in `folder` is there when the browser opens again.
 *
 * @param options more for Playwright's `launchPersistentContext`; `args` are added to ours
 */
export async function openProfile(
  folder: string,
  options: Parameters<typeof chromium.launchPersistentContext>[1] = {},
): Promise<BrowserContext> {
  const { executable, env } = await unpackChromium();
  return chromium.launchPersistentContext(folder, {
    ...options,
    executablePath: executable,
    env: { ...process.env, ...env, ...options.env } as Record<string, string>,
    args: [...flags, ...(options.args ?? [])],
  });
}

let unpacked: Promise<Unpacked> | undefined;

/** Unpacks the browser once per installation, into node_modules, so that runs and clones do not meet in /tmp. */
export function unpackChromium(): Promise<Unpacked> {
  unpacked ??= unpack();
  return unpacked;
}

async function unpack(): Promise<Unpacked> {
  const { version } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  const folder = join(cacheFolder, `chromium-${version}`);
  if (!(await exists(folder))) {
    const unfinished = `${folder}.${process.pid}`;
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished, { recursive: true });
    await inflate('chromium.br', join(unfinished, 'chromium'));
    for (const archive of ['fonts.tar.br', 'al2023.tar.br']) await untar(archive, unfinished);
    await chmod(join(unfinished, 'chromium'), 0o755);
    await writeFile(join(unfinished, 'fonts', 'fonts.conf'), fontSettings(join(folder, 'fonts')));
    // Two workers may unpack at once; the first to finish wins and the other's copy goes.
    await rename(unfinished, folder).catch(() => rm(unfinished, { recursive: true, force: true }));
  }
  const executable = join(folder, 'chromium');
  const env: Record<string, string> = { FONTCONFIG_PATH: join(folder, 'fonts') };
  // A bare Debian lacks NSS and others. The package brings a set; a machine's own go before where it has them all.
  if (await lacksLibraries(executable)) env.LD_LIBRARY_PATH = join(folder, 'al2023', 'lib');
  return { executable, env };
}

/** The package's own settings look in the places of another system. Fonts of this machine, if any, come after ours. */
function fontSettings(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${folder}/cache</cachedir>
  <alias><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>
  <alias><family>Arial</family><prefer><family>Open Sans</family></prefer></alias>
</fontconfig>
`;
}

async function lacksLibraries(executable: string): Promise<boolean> {
  return run('ldd', [executable]).then(
    ({ stdout }) => stdout.includes('not found'),
    () => true,
  );
}

async function inflate(name: string, to: string): Promise<void> {
  await pipeline(createReadStream(join(packageFolder, 'bin', name)), createBrotliDecompress(), createWriteStream(to));
}

async function untar(name: string, into: string): Promise<void> {
  const folder = join(into, name.replace(/\.tar\.br$/, ''));
  const archive = `${folder}.tar`;
  await mkdir(folder);
  await inflate(name, archive);
  await run('tar', ['-x', '-f', archive, '-C', folder]);
  await rm(archive);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
