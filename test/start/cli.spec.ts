import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { knownProcess } from '../../apps/cli/src/start/processes.js';
import { makeSecrets } from '../../apps/cli/src/start/secrets.js';
import { connectedSettings } from '../../apps/cli/src/connected-settings.js';
import { SystemChance } from '@carers/kernel';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { build, newDataDir, removeDataDir, root } from './launcher.js';

const main = join(root, 'dist', 'apps', 'cli', 'src', 'main.js');
const nowhere = 'postgres://somebody:secret@127.0.0.1:1/nothing';
let dataDir: string;

beforeAll(async () => {
  await build();
  dataDir = newDataDir();
  await makeSecrets(dataDir, new SystemChance());
}, 120_000);

afterAll(() => removeDataDir(dataDir));

/** Runs a command as a shell does. */
function run(line: string, settings: Record<string, string> = {}) {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, DATA_DIR: dataDir, ...settings };
  return new Promise<{ code: number; out: string; err: string }>((done) => {
    execFile(process.execPath, [main, ...line.split(' ')], { env, cwd: root }, (error, out, err) =>
      done({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

describe('a command that cannot be done', () => {
  it.each([
    ['a database that does not answer', 'demo:card', { DATABASE_URL: nowhere }, 1, /^The database cannot be reached: /],
    ['a setting that cannot be read', 'demo:card', { DATABASE_URL: 'nothing' }, 1, /^DATABASE_URL must be /],
    ['nothing that runs', 'demo:card', {}, 1, /^No database runs for .*: run npm start /],
    ['a file that is not there', 'import:businesses none.csv', {}, 1, /^There is no file none\.csv\.$/],
    ['a folder instead of a file', 'import:businesses docs', {}, 1, /^docs is a folder: name a CSV file\.$/],
    ['a missing argument', 'till:key', {}, 2, /missing required argument 'branch'/],
    ['a word that is no command', 'nonsense', {}, 2, /unknown command 'nonsense'/],
  ])('says so in a sentence: %s', async (_what, line, settings, code, sentence) => {
    const answer = await run(line, settings);
    expect(answer).toMatchObject({ code, out: '' });
    expect(answer.err.trim()).toMatch(sentence);
    expect(answer.err.trim()).not.toContain('\n');
    expect(answer.err).not.toContain('secret');
  });
});

describe('the addresses that a command prints', () => {
  const runningAt = async (address: string, pid: number) => {
    mkdirSync(dataDir, { recursive: true });
    const notes = { launcher: await knownProcess(pid), address, stopping: false, children: {} };
    writeFileSync(join(dataDir, 'running.json'), JSON.stringify(notes));
  };
  const addressWith = async (env: Record<string, string>) =>
    (await connectedSettings({ DATA_DIR: dataDir, DATABASE_URL: nowhere, ...env })).publicUrl;

  it('are those of the system that runs, unless they are set', async () => {
    expect(await addressWith({})).toBe('http://127.0.0.1:3000');
    await runningAt('http://127.0.0.1:3222', process.pid);
    expect(await addressWith({})).toBe('http://127.0.0.1:3222');
    expect(await addressWith({ PORT: '4000' })).toBe('http://127.0.0.1:4000');
    expect(await addressWith({ PUBLIC_URL: 'https://card.example' })).toBe('https://card.example');
  });
});
