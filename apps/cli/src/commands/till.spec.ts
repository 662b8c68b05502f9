import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Command } from 'commander';
import { startTestApp, type TestApp } from '../../../../test/support/app.js';
import { Given } from '../../../../test/support/given.js';
import { CommandRefused } from '../command.js';
import { addTillCommands } from './till.js';

let running: TestApp;
let branch: { id: string; slug: string };

beforeAll(async () => {
  running = await startTestApp();
  const given = new Given(running);
  await given.scheme();
  ({ branch } = await given.business());
});
afterAll(() => running?.close());

/** Runs a command; gives what it answers as JSON. */
async function run(line: string): Promise<unknown> {
  const answers: unknown[] = [];
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  addTillCommands(program, {
    inApp: async (work) => work(running.get),
    answer: (json) => void answers.push(json),
    progress: () => undefined,
  });
  await program.parseAsync(line.split(' '), { from: 'user' });
  expect(answers).toHaveLength(1);
  return answers[0];
}
const statusWith = async (key: string) =>
  (await running.browser().get('/api/v1/till').set('authorization', `Bearer ${key}`)).status;

describe('the commands for tills', () => {
  it('make a key, list its till, change the key, and end the till', async () => {
    const made = (await run(`till:key ${branch.slug} --name Counter`)) as { key: string };
    expect(made).toEqual({ key: expect.stringMatching(/^ck_/) });
    const [till, ...others] = (await run(`till:list ${branch.id}`)) as { id: string }[];
    expect(others).toEqual([]);
    expect(till).toMatchObject({
      name: 'Counter',
      kind: 'key',
      scopes: ['validate', 'redeem'],
      branchSlug: branch.slug,
    });
    expect(JSON.stringify(till)).not.toContain(made.key);

    const { key: second } = (await run(`till:rotate ${till!.id}`)) as { key: string };
    expect([await statusWith(made.key), await statusWith(second)]).toEqual([200, 200]);
    const { key: third } = (await run(`till:rotate ${till!.id} --overlap 0`)) as { key: string };
    expect([await statusWith(made.key), await statusWith(second), await statusWith(third)]).toEqual([401, 401, 200]);

    expect(await run(`till:end ${till!.id}`)).toEqual({ ended: till!.id });
    expect(await statusWith(third)).toBe(401);
    expect(await run('till:list')).toEqual([]);
    await expect(run(`till:rotate ${till!.id}`)).rejects.toMatchObject({ slug: 'till-not-found' });
  });

  it('make a key for checking cards only', async () => {
    await run(`till:key ${branch.slug} --name Door --scopes validate`);
    expect(await run(`till:list ${branch.slug}`)).toMatchObject([{ name: 'Door', scopes: ['validate'] }]);
  });

  it('say what to put right', async () => {
    const id = '01890a5d-ac96-774b-bcce-b302099a8057';
    for (const line of [
      `till:key ${branch.slug} --scopes everything`,
      'till:rotate Counter',
      `till:rotate ${id} --overlap 200`,
      `till:rotate ${id} --overlap half`,
      'till:end Counter',
    ])
      // prettier-ignore
      await expect(run(line)).rejects.toThrow(CommandRefused);
  });
});
