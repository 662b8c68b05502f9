import { Sealing, useSealing } from '@carers/database';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { SignInChallenge } from './sign-in-challenge.entity.js';

const asked = new Date('2026-11-21T10:00:00Z');
const later = (minutes: number, seconds = 0) => new Date(asked.getTime() + (minutes * 60 + seconds) * 1000);

function challenge(): SignInChallenge {
  return Object.assign(new SignInChallenge(), {
    id: '01a1fd95-0000-7000-8000-000000000001',
    accountId: null,
    linkHash: null,
    codeHash: null,
    tries: 0,
    askedAt: asked,
    expiresAt: later(SignInChallenge.minutes),
    usedAt: null,
  });
}

function armed(): SignInChallenge {
  const made = challenge();
  made.arm('01a1fd95-0000-7000-8000-000000000002', 'a-long-token', '123456');
  return made;
}

beforeAll(() => useSealing(new Sealing([{ id: 't', key: Buffer.alloc(32, 1) }])));

describe('a code', () => {
  it('is right within ten minutes, to the second', () => {
    expect(armed().tryCode('123456', later(9, 59))).toBe('right');
    expect(armed().tryCode('123456', later(10))).toBe('over');
  });

  it('may be wrong four times', () => {
    const made = armed();
    const outcomes = ['000000', '000001', '000002', '000003', '123456'].map((code) => made.tryCode(code, asked));
    expect(outcomes).toEqual(['wrong', 'wrong', 'wrong', 'wrong', 'right']);
  });

  it('is over after five wrong ones', () => {
    const made = armed();
    const outcomes = ['0', '1', '2', '3', '4', '123456'].map((code) => made.tryCode(code, asked));
    expect(outcomes).toEqual(['wrong', 'wrong', 'wrong', 'wrong', 'over', 'over']);
    expect(made.tries).toBe(5);
  });

  it('cannot be used once the challenge was', () => {
    const made = armed();
    made.use(later(1));
    expect(made.tryCode('123456', later(2))).toBe('over');
  });

  it('made again is another one: the former is worth nothing', () => {
    const made = armed();
    made.arm(made.accountId!, 'another-token', '654321');
    expect(made.tryCode('123456', asked)).toBe('wrong');
    expect(made.tryCode('654321', asked)).toBe('right');
  });

  it('of a contact that nobody has is never right, and counts and ends the same', () => {
    const [known, unknown] = [armed(), challenge()];
    for (const code of ['000000', '', '999999', '111111', '222222', '333333']) {
      expect(unknown.tryCode(code, asked)).toBe(known.tryCode(code, asked));
    }
    expect(unknown.tries).toBe(known.tries);
  });

  it('is stored under a hash that depends on the challenge', () => {
    const [one, other] = [armed(), Object.assign(challenge(), { id: '01a1fd95-0000-7000-8000-000000000009' })];
    other.arm('01a1fd95-0000-7000-8000-000000000002', 'a-long-token', '123456');
    expect(one.codeHash).not.toContain('123456');
    expect(one.codeHash).not.toBe(other.codeHash);
  });
});
