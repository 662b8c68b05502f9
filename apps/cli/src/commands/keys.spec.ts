import { CardKeyNotFound, CardKeys, CardKeyWasRevoked } from '@carers/cards';
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
async function run(line: string | string[], reachable = true): Promise<{ json: unknown; words: string | undefined }> {
  const answers: { json: unknown; words: string | undefined }[] = [];
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  addKeysCommands(program, {
    inApp: async (work) => {
      if (!reachable) throw new Error('There is no database.');
      return work(running.get);
    },
    answer: (json, words) => void answers.push({ json, words }),
    progress: () => undefined,
  });
  await program.parseAsync(typeof line === 'string' ? line.split(' ') : line, { from: 'user' });
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

  const keys = async () => {
    const { json, words } = await run('keys:list');
    expect(JSON.stringify(json)).not.toMatch(/"d"|jwk/);
    return { lines: words!.split('\n'), keys: (json as { keys: { kid: string; status: string }[] }).keys };
  };
  const stands = async () => Object.fromEntries((await keys()).keys.map(({ kid, status }) => [kid, status]));

  it('rotate: the published key signs, those before go on verifying, another is published, no secret is printed', async () => {
    const before = await keys();
    const next = before.keys.find(({ status }) => status === 'next')!.kid;
    expect(await stands()).toEqual({ [next]: 'next', test: 'active' });
    const { json, words } = await run('keys:rotate');
    const answer = json as { kid: string; next: string };
    expect(answer).toEqual({ kid: next, next: expect.not.stringMatching(new RegExp(`^(?:${next}|test)$`)) });
    expect(words).toContain(`Key ${next} signs from now on.`);
    expect((await running.get(CardKeys).signer()).kid).toBe(next);
    expect(await stands()).toEqual({ [answer.next]: 'next', [next]: 'active', test: 'verifying' });
    expect((await keys()).lines.join('\n')).toMatch(new RegExp(`^${answer.next}  next {7}20`, 'm'));
  });

  it('revoke a key, and say what signs in its place', async () => {
    const { kid, next } = (await run('keys:rotate')).json as { kid: string; next: string };
    const line = ['keys:revoke', kid, '--reason', 'A backup was stolen'];
    const { json, words } = await run(line);
    expect(json).toEqual({ revoked: kid, kid: next, next: expect.any(String) });
    expect(words).toContain(`Key ${kid} is revoked`);
    expect(await stands()).toMatchObject({ [kid]: 'revoked', [next]: 'active', test: 'verifying' });
    await expect(run(line)).rejects.toThrow(CardKeyWasRevoked);
  });

  it('ask for what is missing', async () => {
    await expect(run(['keys:revoke', 'none', '--reason', 'x'])).rejects.toThrow(CardKeyNotFound);
    await expect(run(['keys:revoke', 'test', '--reason', ' '])).rejects.toThrow('Say why');
    await expect(run('keys:revoke test')).rejects.toThrow('--reason');
    expect(await stands()).toMatchObject({ test: 'verifying' });
  });
});
