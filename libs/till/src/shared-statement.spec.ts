import { describe, expect, it } from '@jest/globals';
import { SharedStatement } from './shared-statement.js';

const away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

/** Items that are asked for in one turn of the event loop, so that they share a statement. */
async function shared(run: (items: string[]) => Promise<string[]>, items: string[]) {
  const statements: string[][] = [];
  const statement = new SharedStatement<string, string>((batch) => {
    statements.push(batch);
    return run(batch);
  });
  const answers = await Promise.allSettled(items.map((item) => statement.ask(item)));
  return { statements, answers };
}

describe('a shared statement', () => {
  it('answers each with its own answer, in one round trip', async () => {
    const { statements, answers } = await shared(
      (items) => Promise.resolve(items.map((item) => item.toUpperCase())),
      ['a', 'b', 'c'],
    );
    expect(statements).toEqual([['a', 'b', 'c']]);
    expect(answers.map((each) => each.status === 'fulfilled' && each.value)).toEqual(['A', 'B', 'C']);
  });

  it('fails nobody but the one whose item is bad', async () => {
    const { answers } = await shared(
      (items) => (items.includes('bad') ? Promise.reject(new Error('bad')) : Promise.resolve(items)),
      ['a', 'bad', 'c'],
    );
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('tells all at once where the database is away, and tries only once more', async () => {
    const { statements, answers } = await shared(() => Promise.reject(away), ['a', 'b', 'c']);
    expect(statements).toHaveLength(2);
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  });

  it('notices nothing where only a connection broke', async () => {
    let tries = 0;
    const { answers } = await shared(
      (items) => (++tries === 1 ? Promise.reject(away) : Promise.resolve(items)),
      ['a', 'b'],
    );
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
  });

  it('takes along what this turn of the event loop brings, at the start and after a statement', async () => {
    const statements: string[][] = [];
    const statement = new SharedStatement<string, string>((items) => {
      statements.push(items);
      return Promise.resolve(items);
    });
    const ask = async (item: string) => void (await statement.ask(item));
    await Promise.all([ask('a').then(() => Promise.all([ask('c'), ask('d')])), ask('b')]);
    expect(statements).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    await statement.ask('e');
    expect(statements[2]).toEqual(['e']);
  });

  it('has a second under way where five wait, never a third, and answers each after its own', async () => {
    const underWay: { items: string[]; end: () => void }[] = [];
    const statement = new SharedStatement<string, string>(
      (items) => new Promise((resolve) => underWay.push({ items, end: () => resolve(items) })),
    );
    const answered: string[] = [];
    const ask = (items: string) =>
      Promise.all([...items].map(async (item) => answered.push(await statement.ask(item)))).then(() => undefined);
    const turn = () => new Promise((done) => setImmediate(done));
    const begun = async () => (await turn(), await turn(), underWay.map(({ items }) => items.join('')));

    expect(statement.isIdle).toBe(true);
    const all = [ask('a'), turn().then(() => ask('bcde'))];
    expect(statement.isIdle).toBe(false);
    expect(await begun()).toEqual(['a']);
    all.push(ask('f'));
    expect(await begun()).toEqual(['a', 'bcdef']);
    all.push(ask('ghijklm'));
    expect(await begun()).toEqual(['a', 'bcdef']);
    underWay[1]!.end();
    expect(await begun()).toEqual(['a', 'bcdef', 'ghijklm']);
    expect(answered.join('')).toBe('bcdef');
    underWay[2]!.end();
    underWay[0]!.end();
    await Promise.all(all);
    expect(answered.join('')).toBe('bcdefghijklma');
    await turn();
    expect(statement.isIdle).toBe(true);
  });

  it('never takes more than it may', async () => {
    const sizes: number[] = [];
    const statement = new SharedStatement<number, number>((items) => {
      sizes.push(items.length);
      return Promise.resolve(items);
    }, 2);
    await Promise.all([1, 2, 3, 4, 5].map((item) => statement.ask(item)));
    expect(sizes).toEqual([2, 2, 1]);
  });
});
