import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { build, newDataDir, removeDataDir, root } from './launcher.js';

const run = promisify(execFile);
const dist = (path: string) => pathToFileURL(join(root, 'dist', path)).href;

beforeAll(build, 120_000);

/** Runs a module in a Node of its own, which prints JSON. */
async function answerOf(code: string, ...flags: string[]): Promise<unknown> {
  const { stdout } = await run(process.execPath, [...flags, '--input-type=module', '--eval', code], {
    cwd: root,
    maxBuffer: 10_000_000,
    env: { PATH: process.env.PATH },
  });
  return JSON.parse(stdout);
}

describe('a web process that has just started', () => {
  /** Each would be megabytes of memory in every process; most run for days without it. */
  const later = [
    '@cantoo/pdf-lib',
    'bwip-js',
    'cron',
    'cron-parser',
    'csv-parse',
    'file-type',
    'glob',
    'html-to-text',
    'ical-generator',
    'js-yaml',
    'libphonenumber-js',
    'luxon',
    'nodemailer',
    'notifications-node-client',
    'nunjucks',
    'otpauth',
    'pdfkit',
    'postal-mime',
    'readable-stream',
    'rrule-temporal',
    'sharp',
    'sms-segments-calculator',
    'stripe',
    'swagger-ui-dist',
    'zxing-wasm',
  ];
  let loaded: string[];
  let builtIn: string[];

  beforeAll(async () => {
    // The real one, which has loaded all when it says that it has not been told where the database is.
    const watch = `
      import { writeFileSync } from 'node:fs';
      import { registerHooks } from 'node:module';
      import ${JSON.stringify(dist('apps/web/src/loading/hooks.js'))};
      const loaded = [];
      registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
      process.once('exit', () => writeFileSync(process.env.TOLD, JSON.stringify([loaded, process.moduleLoadList])));`;
    const folder = newDataDir();
    const told = join(folder, 'loaded.json');
    const program = fileURLToPath(dist('apps/web/src/main.js'));
    const flags = ['--import', `data:text/javascript,${encodeURIComponent(watch)}`, program];
    const ended = run(process.execPath, flags, { env: { PATH: process.env.PATH, TOLD: told } });
    await expect(ended).rejects.toMatchObject({ stderr: expect.stringContaining('DATABASE_URL is not set.') });
    [loaded, builtIn] = JSON.parse(readFileSync(told, 'utf8')) as [string[], string[]];
    removeDataDir(folder);
  }, 60_000);

  it('has loaded the program, few files of ours and never one of them twice', () => {
    const ours = loaded.filter((url) => url.startsWith(dist('')) && !url.includes('/src/loading/'));
    expect(ours).toContain(dist('web/serve.js'));
    expect(ours.filter((url) => !url.startsWith(dist('web/')))).toEqual([dist('apps/web/src/main.js')]);
    expect(new Set(ours).size).toBeLessThan(100);
    expect(loaded.some((url) => url.includes('/node_modules/fastify/'))).toBe(true);
  });

  it.each(later)('has not loaded %s', (name) => {
    expect(loaded.filter((url) => url.includes(`/node_modules/${name}/`))).toEqual([]);
  });

  it('has the functions of es-toolkit that are called, of four hundred modules', () => {
    expect(loaded.filter((url) => url.includes('/es-toolkit/')).length).toBeLessThan(150);
  });

  it('has not loaded Node’s own client', () => {
    expect(builtIn.length).toBeGreaterThan(0);
    expect(builtIn.filter((name) => name.includes('undici/undici'))).toEqual([]);
  });

  it('has no driver but PostgreSQL’s', () => {
    const drivers = loaded.flatMap((url) => /\/typeorm\/driver\/([\w-]+)\/\w+Driver\.js$/.exec(url)?.[1] ?? []);
    expect(drivers).toEqual(['postgres']);
  });
});

describe('an error in web or worker', () => {
  const stackOf = (code: string, kernel = 'libs/kernel/src/index.js') =>
    answerOf(
      `import { whenUsed } from ${JSON.stringify(dist(kernel))};
       try { ${code} } catch (error) { console.log(JSON.stringify(error.stack)); }`,
      '--import',
      dist('apps/cli/src/start/with-launcher.js'),
    ) as Promise<string>;

  it.each(['libs/kernel/src/index.js', 'web/kernel.js'])(
    'says where in the source it came from: %s',
    async (kernel) => {
      const stack = await stackOf(`whenUsed('no-such-package')()`, kernel);
      expect(stack).toMatch(/^Error: Cannot find module 'no-such-package'/);
      expect(stack).toMatch(/\n {4}at \S*.*\/libs\/kernel\/src\/when-used\.ts:14:\d+\)?/);
      expect(stack).toMatch(/\n {4}at .*node:internal\//);
    },
    30_000,
  );

  it('has a trace where the source is not known, or the error is a strange one', async () => {
    expect(await stackOf(`throw new TypeError('mine')`)).toMatch(/^TypeError: mine\n {4}at file:\/\/\S+:2:\d+/);
    expect(await stackOf(`throw Object.defineProperty(new Error(), 'name', { get() { throw 1; } })`)).toMatch(
      /^Error\n {4}at /,
    );
  }, 30_000);
});
