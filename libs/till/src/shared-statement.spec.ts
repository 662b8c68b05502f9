import { describe, expect, it } from '@jest/globals';
import { mock } from 'node:test';
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

const turn = () => new Promise((done) => setImmediate(done));

/** While the clock stands still, but for what is passed by hand. */
async function clockStanding(work: (pass: (milliseconds: number) => void) => Promise<void>): Promise<void> {
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    await work((milliseconds) => mock.timers.tick(milliseconds));
  } finally {
    mock.timers.reset();
  }
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

  describe('where many keep coming', () => {
    /** Every statement's items; how to ask for some at once; and what has begun by now. */
    function recorder() {
      const statements: string[] = [];
      const statement = new SharedStatement<string, string>((items) => {
        statements.push(items.join(''));
        return Promise.resolve(items);
      });
      const ask = (items: string) => Promise.all([...items].map((item) => statement.ask(item)));
      const last = async () => (await turn(), await turn(), statements.at(-1));
      const keepComing = async (items: string) => {
        // Enough for it to be sure of how many they are.
        for (let time = 0; time < 40; time++) await ask(items);
      };
      return { ask, last, keepComing };
    }

    it('waits a moment for as many', () =>
      clockStanding(async (pass) => {
        const { ask, last, keepComing } = recorder();
        await keepComing('abcdef');
        const six = [ask('ghijk')];
        expect(await last()).toBe('abcdef');
        six.push(ask('l'));
        expect(await last()).toBe('ghijkl');
        await Promise.all(six);
        const two = ask('mn');
        expect(await last()).toBe('ghijkl');
        pass(1);
        expect(await last()).toBe('mn');
        await two;
      }));

    it('waits for eight at most', () =>
      clockStanding(async () => {
        const { ask, last, keepComing } = recorder();
        await keepComing('abcdefghijklmnopqrst');
        const eight = ask('ABCDEFGH');
        expect(await last()).toBe('ABCDEFGH');
        await eight;
      }));

    it('waits for nobody where they came once, keep being few, or have gone', () =>
      clockStanding(async (pass) => {
        const { ask, last, keepComing } = recorder();
        await ask('abcdefgh');
        await ask('i');
        await keepComing('jklmn');
        await ask('o');
        await keepComing('pqrstuvw');
        for (let time = 0; time < 5; time++) {
          const alone = ask(String(time));
          await turn();
          pass(1);
          await alone;
        }
        await ask('x');
        expect(await last()).toBe('x');
      }));
  });

  it('has a second under way where eight wait, never a third, and answers each after its own', async () => {
    const underWay: { items: string[]; end: () => void }[] = [];
    const statement = new SharedStatement<string, string>(
      (items) => new Promise((resolve) => underWay.push({ items, end: () => resolve(items) })),
    );
    const answered: string[] = [];
    const ask = (items: string) =>
      Promise.all([...items].map(async (item) => answered.push(await statement.ask(item)))).then(() => undefined);
    const begun = async () => (await turn(), await turn(), underWay.map(({ items }) => items.join('')));

    const all = [ask('a'), turn().then(() => ask('bcdefgh'))];
    expect(await begun()).toEqual(['a']);
    all.push(ask('i'));
    expect(await begun()).toEqual(['a', 'bcdefghi']);
    all.push(ask('jklmnopq'));
    expect(await begun()).toEqual(['a', 'bcdefghi']);
    underWay[1]!.end();
    expect(await begun()).toEqual(['a', 'bcdefghi', 'jklmnopq']);
    expect(answered.join('')).toBe('bcdefghi');
    underWay[2]!.end();
    underWay[0]!.end();
    await Promise.all(all);
    expect(answered.join('')).toBe('bcdefghijklmnopqa');
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
