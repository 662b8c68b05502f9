import type { Database, PreparedStatement } from '@carers/database';
import { describe, expect, it } from '@jest/globals';
import { mock } from 'node:test';
import type { CheckAnswer } from './check-answer.js';
import { TillStatement } from './till-statement.js';
import type { ValidationToWrite } from './validate.statement.js';

const check = (id: string): ValidationToWrite => ({
  id,
  keyHash: 'hash',
  scanId: id,
  at: new Date('2026-11-23T10:00:00Z'),
  today: '2026-11-23',
  credentialId: null,
  cardNumber: null,
  refusal: null,
  fresh: false,
  noted: false,
  wantsOffers: false,
  wantsPerson: false,
  counters: [],
});

/** A database that tells of each check the id it was given, and writes down what it was asked and whether it was kept. */
function tills() {
  const asked: { ids: string; when: 'at once' | 'kept' | 'undone' }[] = [];
  const value = (statement: PreparedStatement, values: readonly string[], keep?: () => boolean) => {
    const ids = values[0]!.replace(/[{}"]/g, '').split(',');
    const isKept = keep?.() ?? true;
    asked.push({ ids: ids.join(''), when: keep ? (isKept ? 'kept' : 'undone') : 'at once' });
    const answers = ids.map((id): CheckAnswer => [id, true, 'branch']);
    return Promise.resolve(
      !isKept ? undefined : statement.name === 'till-check-lone' ? answers[0] : { checks: { answers } },
    );
  };
  const statement = new TillStatement({ value } as unknown as Database);
  const one = (id: string) => statement.check(check(id), () => id !== id.toUpperCase());
  const ask = (ids: string) =>
    Promise.all([...ids].map((id) => one(id))).then((rows) => rows.map((row) => row?.till_id ?? '-').join(''));
  return { ask, asked };
}

describe('the statement of tills', () => {
  it('is sent before signatures are checked, and kept where all are genuine', async () => {
    const { ask, asked } = tills();
    expect(await ask('abc')).toBe('abc');
    expect(asked).toEqual([{ ids: 'abc', when: 'kept' }]);
  });

  it('is undone for a forged one, and sent once more without it', async () => {
    const { ask, asked } = tills();
    expect(await ask('aBc')).toBe('a-c');
    expect(asked).toEqual([
      { ids: 'aBc', when: 'undone' },
      { ids: 'ac', when: 'at once' },
    ]);
  });

  it('is not sent again where nobody is left', async () => {
    const { ask, asked } = tills();
    expect(await ask('B')).toBe('-');
    expect(asked).toEqual([{ ids: 'B', when: 'undone' }]);
  });

  it('waits for the signatures for a second after a forged one', async () => {
    const now = mock.method(performance, 'now', () => 10_000);
    try {
      const { ask, asked } = tills();
      await ask('B');
      now.mock.mockImplementation(() => 10_999);
      expect(await ask('aBc')).toBe('a-c');
      expect(await ask('D')).toBe('-');
      now.mock.mockImplementation(() => 11_001);
      expect(await ask('ab')).toBe('ab');
      expect(asked.map(({ ids, when }) => `${ids} ${when}`)).toEqual(['B undone', 'ac at once', 'ab kept']);
    } finally {
      now.mock.restore();
    }
  });
});
