import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Programmes } from '@carers/vetting';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Command } from 'commander';
import { startTestApp, type TestApp } from '../../../../test/support/app.js';
import { addProgrammeCommands } from './programmes.js';

let running: TestApp;
let folder: string;

beforeAll(async () => {
  running = await startTestApp();
  folder = mkdtempSync(join(tmpdir(), 'programmes-'));
});
afterAll(async () => {
  await running?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function run(...line: string[]): Promise<{ json: unknown; words: string | undefined }> {
  const answers: { json: unknown; words: string | undefined }[] = [];
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  addProgrammeCommands(program, {
    inApp: (work) => work(running.get),
    answer: (json, words) => void answers.push({ json, words }),
    progress: () => undefined,
  });
  await program.parseAsync(line, { from: 'user' });
  return answers[0]!;
}

/** The award as it ships, with something changed. */
function file(change: object): string {
  const shipped = readFileSync(
    join(import.meta.dirname, '../../../../libs/vetting/programmes/carer-friendly-award.json'),
    'utf8',
  );
  const path = join(folder, 'award.json');
  writeFileSync(path, JSON.stringify({ ...(JSON.parse(shipped) as object), ...change }));
  return path;
}

describe('programmes:import', () => {
  it('tries a version, adds it, and adds it once', async () => {
    const path = file({ version: '2027', appealDays: 14 });
    const tried = await run('programmes:import', path, '--dry-run');
    expect(tried.words).toBe('Version 2027 of carer-friendly-award would be added.');
    expect(await running.get(Programmes).all()).toHaveLength(2);
    expect((await run('programmes:import', path)).words).toBe('Version 2027 of carer-friendly-award was added.');
    expect((await run('programmes:import', path)).json).toMatchObject({ added: false });
    const { words } = await run('programmes:list');
    expect(words).toContain('carer-friendly-award 2027, in force from 2026-11-01, 5 checks');
    expect(words!.split('\n')).toHaveLength(3);
  });

  it('refuses what is faulty, changed, or not there, in a sentence', async () => {
    const refused = (path: string) => expect(run('programmes:import', path)).rejects;
    await refused(file({ version: '2027', appealDays: 15 })).toThrow('There is a version 2027 of carer-friendly-award');
    await refused(file({ version: '2028', appealDays: 0 })).toThrow(
      /^The programme file award\.json cannot be used: appealDays: /,
    );
    const path = join(folder, 'broken.json');
    writeFileSync(path, '{');
    await refused(path).toThrow('broken.json is not JSON');
    await refused(join(folder, 'none.json')).toThrow('There is no file');
  });
});
