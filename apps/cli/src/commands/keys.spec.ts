import { CardKeys } from '@carers/cards';
import { parseSigningKeys } from '@carers/credentials';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Command } from 'commander';
import { startTestApp, type TestApp } from '../../../../test/support/app.js';
import { addKeysCommands } from './keys.js';

let running: TestApp;
beforeAll(async () => {
  running = await startTestApp();
});
afterAll(() => running?.close());

/** Runs a command; gives what it answers, as JSON and in words. */
async function run(line: string, reachable = true): Promise<{ json: unknown; words: string | undefined }> {
  const answers: { json: unknown; words: string | undefined }[] = [];
  const program = new Command().exitOverride();
  addKeysCommands(program, {
    inApp: async (work) => {
      if (!reachable) throw new Error('There is no database.');
      return work(running.get);
    },
    answer: (json, words) => void answers.push({ json, words }),
    progress: () => undefined,
  });
  await program.parseAsync(line.split(' '), { from: 'user' });
  expect(answers).toHaveLength(1);
  return answers[0]!;
}

describe('the commands for card keys', () => {
  it('make a key that the setting takes, without a database', async () => {
    const { json, words } = await run('keys:generate', false);
    const [key, ...others] = parseSigningKeys(words!);
    expect(others).toEqual([]);
    expect(key).toMatchObject({ status: 'active', kid: (json as { kid: string }).kid });
    expect(key!.privateJwk).toBeDefined();
    expect((await run('keys:generate', false)).words).not.toBe(words);
  });

  it('rotate: the new key signs, the one before goes on verifying, and no secret is printed', async () => {
    const before = (await run('keys:list')).json as { keys: { kid: string; status: string }[] };
    expect(before.keys.map(({ kid, status }) => [kid, status])).toEqual([['test', 'active']]);
    const { json } = await run('keys:rotate');
    const { kid } = json as { kid: string };
    expect((await running.get(CardKeys).signer()).kid).toBe(kid);
    const { json: after, words } = await run('keys:list');
    expect((after as typeof before).keys.map((key) => [key.kid, key.status])).toEqual([
      [kid, 'active'],
      ['test', 'verifying'],
    ]);
    expect(words).toMatch(new RegExp(`^${kid}  active {5}20`));
    expect(JSON.stringify(after)).not.toMatch(/"d"|jwk/);
  });
});
