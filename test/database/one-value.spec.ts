import { isOutage, OneValue, type ValueGiven } from '@carers/database';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { testDatabase } from '../support/database.js';

describe('a statement that gives one value', () => {
  let pool: pg.Pool;
  let watching: pg.Client;

  beforeAll(async () => {
    const connectionString = await testDatabase();
    // One connection: what one statement leaves behind is the next one's to suffer.
    pool = new pg.Pool({ connectionString, max: 1 });
    watching = new pg.Client(connectionString);
    await watching.connect();
    await watching.query('CREATE TABLE noted (word text CONSTRAINT uq_noted UNIQUE)');
  });
  beforeEach(() => watching.query('TRUNCATE noted'));
  afterAll(() => Promise.all([pool?.end(), watching?.end()]));

  const add = { name: 'add', text: 'INSERT INTO noted (word) VALUES ($1) RETURNING word' };
  const note = (word: string | null, keep?: () => boolean) =>
    pool.query(new OneValue(add, [word], keep)) as unknown as Promise<ValueGiven>;
  /** As somebody else sees them: what is committed. */
  const noted = async () =>
    (await watching.query<{ word: string }>('SELECT word FROM noted ORDER BY word')).rows.map(({ word }) => word);

  it('gives the value as text, and null as null', async () => {
    expect(await note('£5 off')).toEqual({ isKept: true, value: '£5 off' });
    expect(await note(null)).toEqual({ isKept: true, value: null });
    expect(await noted()).toEqual(['£5 off', null]);
  });

  it('is kept where it is to be kept', async () => {
    expect(await note('a', () => true)).toEqual({ isKept: true, value: 'a' });
    expect(await noted()).toEqual(['a']);
  });

  it('leaves nothing where it is not, and tells nothing of what it found', async () => {
    expect(await note('a', () => false)).toEqual({ isKept: false });
    expect(await noted()).toEqual([]);
    // The connection is as good as before.
    expect(await note('a')).toEqual({ isKept: true, value: 'a' });
  });

  it('leaves nothing where nobody can say, and says why', async () => {
    const unsure = () => {
      throw new Error('No key.');
    };
    await expect(note('a', unsure)).rejects.toThrow('No key.');
    expect(await noted()).toEqual([]);
    expect(await note('b')).toEqual({ isKept: true, value: 'b' });
  });

  it.each([true, false])('fails with the error of PostgreSQL, whether it was to be kept or not: %s', async (keep) => {
    await note('a');
    await expect(note('a', () => keep)).rejects.toMatchObject({ code: '23505', constraint: 'uq_noted' });
    expect(await note('b', () => keep)).toMatchObject({ isKept: keep });
    expect(await noted()).toEqual(keep ? ['a', 'b'] : ['a']);
  });

  it('leaves nothing where the connection breaks before it is committed', async () => {
    const { rows } = await pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const slow = { name: 'slow', text: 'INSERT INTO noted (word) SELECT $1 FROM pg_sleep(10) RETURNING word' };
    const ended: Promise<unknown>[] = [];
    const end = () => {
      ended.push(watching.query('SELECT pg_terminate_backend($1)', [rows[0]!.pid]));
      return true;
    };
    const failure: unknown = await Promise.resolve(pool.query(new OneValue(slow, ['a'], end))).catch((error) => error);
    await Promise.all(ended);
    expect([ended.length, isOutage(failure)]).toEqual([1, true]);
    expect(await noted()).toEqual([]);
    expect(await note('b')).toEqual({ isKept: true, value: 'b' });
  });
});
