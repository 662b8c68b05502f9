import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Arrangements } from '@carers/chains';
import { Database } from '@carers/database';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Command } from 'commander';
import { startTestApp, type TestApp } from '../../../../test/support/app.js';
import { Given, type GivenBusiness } from '../../../../test/support/given.js';
import { asChain } from '../../../../test/http/chains-support.js';
import { addSettlementCommand } from './settlement.js';

let running: TestApp;
let chain: GivenBusiness;
let folder: string;

beforeAll(async () => {
  running = await startTestApp({ at: '2026-11-21T12:00:00Z' });
  const given = new Given(running);
  await given.scheme();
  chain = await asChain(running, await given.business({ name: 'Fine Foods' }));
  const offer = await given.offer(chain.business.id);
  await running
    .get(Arrangements)
    .useBarcode(chain.business.id, offer.id, '4006381333931', { kind: 'system', id: 'test' });
  folder = mkdtempSync(join(tmpdir(), 'settlement-'));
});
afterAll(async () => {
  await running?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function run(...line: string[]): Promise<{ json: Record<string, unknown>; words: string | undefined }> {
  const answers: { json: unknown; words: string | undefined }[] = [];
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  addSettlementCommand(program, {
    inApp: (work) => work(running.get),
    answer: (json, words) => void answers.push({ json, words }),
    progress: () => undefined,
  });
  for (const command of program.commands) command.exitOverride().configureOutput({ writeErr: () => undefined });
  await program.parseAsync(['import:settlement', ...line], { from: 'user' });
  return answers[0] as { json: Record<string, unknown>; words: string | undefined };
}

function file(text: string): string {
  const path = join(folder, 'week.csv');
  writeFileSync(path, text);
  return path;
}

describe('import:settlement', () => {
  it('counts what a file tells, once, and lists what did not match beside it', async () => {
    const path = file('What,When,Slip,Sum\n4006381333931,20/11/2026 10:00,S1,450\n=x,20/11/2026,S2,450\n');
    const options = ['--amounts', 'pence', '--column', 'code=what', '--column', 'at=When', '--column', 'reference=slip', '--column', 'amount=Sum']; // prettier-ignore
    const tried = await run(chain.business.slug, path, '--dry-run', ...options);
    expect(tried.json).toMatchObject({ lines: 2, counted: 1, unmatched: 1, dryRun: true });
    expect(tried.words).toContain('1 uses would be counted');
    const { json, words } = await run(chain.business.slug, path, ...options);
    expect(json).toMatchObject({ counted: 1, basketPence: 450, unmatchedFile: `${path}.unmatched.csv` });
    expect(words).toContain(`1 did not match: see ${path}.unmatched.csv`);
    expect(readFileSync(`${path}.unmatched.csv`, 'utf8')).toContain(`3,We do not know this code,'=x,`);
    expect((await run(chain.business.id, path, ...options)).json).toMatchObject({ counted: 0, already: 1 });
    expect(await running.get(Database).query('SELECT FROM redemption')).toHaveLength(1);
  });

  it('says what is wrong with the call or the file', async () => {
    const path = file('a,b\n');
    await expect(run('no-such-chain', path)).rejects.toThrow('There is no business no-such-chain.');
    await expect(run(chain.business.slug, join(folder, 'none.csv'))).rejects.toThrow('There is no file');
    await expect(run(chain.business.slug, path)).rejects.toMatchObject({ slug: 'settlement-headings-missing' });
    await expect(run(chain.business.slug, path, '--amounts', 'euros')).rejects.toThrow('pounds or pence');
    await expect(run(chain.business.slug, path, '--column', 'colour=red')).rejects.toThrow('name=heading');
  });
});
