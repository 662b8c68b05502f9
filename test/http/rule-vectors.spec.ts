import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { readVectors, type Vector } from '../../libs/offer-rules/vectors/read-vectors.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { BrowserTill } from '../support/browser-till.js';
import {
  askable,
  differences,
  directoryIsBlindTo,
  offerPageIsBlindTo,
  offlineTillIsBlindTo,
  registryIsBlindTo,
} from '../support/vector-places.js';
import { termsAt, VectorWorld, weekBefore } from '../support/vector-world.js';

const vectors = readVectors();

/** An answer without what a place does not tell before there is a basket. */
function without(answer: Vector['expect'], ...gone: ('savingPence' | 'remaining')[]) {
  return Object.fromEntries(Object.entries(answer).filter(([name]) => !gone.some((each) => each === name)));
}

describe('the shared vectors on the whole program', () => {
  let running: TestApp;
  let world: VectorWorld;

  beforeAll(async () => {
    running = await startTestApp();
    world = await VectorWorld.build(running, vectors);
  });
  afterAll(() => running?.close());

  const get = async (path: string) => running.browser().get(path);
  const at = (instant: Date) => running.clock.set(instant);

  describe('the directory', () => {
    const lists = askable(vectors, directoryIsBlindTo);
    const one = askable(vectors, offerPageIsBlindTo);
    const placeOf = (vector: Vector) => {
      const { region, category } = world.offer(vector).group;
      return { category, ...(vector.question.branchId ? { region } : {}) };
    };

    it(`lists what may be used then, and nothing else (${lists.told})`, async () => {
      expect(lists.asked.length).toBeGreaterThanOrEqual(200);
      const wrong = await differences(lists.asked, at, async (vector) => {
        const query = new URLSearchParams({ ...placeOf(vector), usableAt: vector.question.at, limit: '100' });
        const { body } = await get(`/api/v1/offers?${query.toString()}`);
        const ids = (body as { data: { id: string }[] }).data.map(({ id }) => id);
        return { got: ids.includes(world.offer(vector).id), expected: vector.expect.usable };
      });
      expect(wrong.slice(0, 10)).toEqual([]);
    });

    it(`shows people the same (${lists.told})`, async () => {
      const wrong = await differences(lists.asked, at, async (vector) => {
        const { region, ...filter } = { region: '', ...placeOf(vector) };
        const query = new URLSearchParams({ ...filter, usableAt: vector.question.at });
        const { text } = await get(`/offers${region && `/${region}`}?${query.toString()}`);
        return { got: text.includes(`/vector-${vectors.indexOf(vector)}?`), expected: vector.expect.usable };
      });
      expect(wrong.slice(0, 10)).toEqual([]);
    });

    it(`says of one offer whether, why not and when next (${one.told})`, async () => {
      expect(one.asked.length).toBeGreaterThanOrEqual(200);
      const before = (instant: Date) => at(weekBefore(instant));
      const wrong = await differences(one.asked, before, async (vector) => {
        const { body } = await get(`/api/v1/offers/${world.offer(vector).id}?usableAt=${vector.question.at}`);
        const expected = without(vector.expect, 'savingPence', 'remaining');
        const whole = { usable: expected['usable'], reason: null, nextUsableAt: null, ...expected };
        return { got: (body as { usableThen?: object }).usableThen ?? body, expected: whole };
      });
      expect(wrong.slice(0, 10)).toEqual([]);
    });
  });

  describe('the till online', () => {
    const { asked, told } = askable(vectors, registryIsBlindTo);
    const post = (vector: Vector, path: string, body: object) =>
      running
        .browser()
        .post(path)
        .set('authorization', `Bearer ${world.offer(vector).group.key}`)
        .send(body);

    /** What a scan is told of the offer. The basket is not known yet; an offer of other branches is not even named. */
    async function scan(vector: Vector, scanId: string) {
      const { number: cardNumber } = world.card(vector).card;
      const { body } = await post(vector, '/api/v1/validations', { cardNumber, scanId });
      const { offers } = body as { offers: ({ id: string } & Record<string, unknown>)[] };
      const line = offers.find(({ id }) => id === world.offer(vector).id);
      if (!line) return { usable: false, reason: 'offer_not_here', nextUsableAt: null };
      const { usable, reason, nextUsableAt, remaining } = line;
      return usable ? { usable, remaining } : { usable, reason, nextUsableAt, remaining };
    }

    function scanExpected({ expect: expected }: Vector) {
      if (!expected.usable && expected.reason === 'offer_not_here') return without(expected, 'remaining');
      if (!expected.usable && expected.reason === 'below_minimum_spend') {
        return { usable: true, remaining: expected.remaining };
      }
      return without(expected, 'savingPence');
    }

    /** What paying is told: the saving, or why not and when next. */
    async function pay(vector: Vector, scanId: string) {
      const { basketPence } = vector.question;
      const { status, body } = await post(vector, '/api/v1/redemptions', {
        scanId,
        offerId: world.offer(vector).id,
        ...(basketPence === undefined ? {} : { basketPence }),
      });
      const { savingPence, reason, nextUsableAt } = body as Record<string, unknown>;
      return status === 201 ? { status, savingPence } : { status, reason, nextUsableAt: nextUsableAt ?? null };
    }

    function payExpected({ expect: expected }: Vector) {
      if (expected.usable) return { status: 201, savingPence: expected.savingPence };
      return { status: 409, reason: expected.reason, nextUsableAt: expected.nextUsableAt };
    }

    it(`answers alike, scanned and paid (${told})`, async () => {
      expect(asked.length).toBeGreaterThanOrEqual(280);
      const wrong = await differences(asked, at, async (vector) => {
        const scanId = randomUUID();
        const [scanned, paid] = [await scan(vector, scanId), await pay(vector, scanId)];
        return { got: [scanned, paid], expected: [scanExpected(vector), payExpected(vector)] };
      });
      expect(wrong.slice(0, 10)).toEqual([]);
    });
  });
});

describe('the shared vectors in the script that browsers load', () => {
  let till: BrowserTill;
  beforeAll(async () => {
    till = await BrowserTill.load();
  });

  it(`its engine answers alike (${vectors.length} of ${vectors.length})`, async () => {
    const wrong = await differences(
      vectors,
      () => {},
      async (vector) => ({
        got: await till.evaluate({ ...vector.question, terms: { ...termsAt(vector) } }),
        expected: vector.expect,
      }),
    );
    expect(wrong.slice(0, 10)).toEqual([]);
  });

  const { asked, told } = askable(vectors, offlineTillIsBlindTo);

  it(`the till without a connection answers alike, scanned and paid (${told})`, async () => {
    expect(asked.length).toBeGreaterThanOrEqual(280);
    const wrong = await differences(
      asked,
      () => {},
      async (vector) => {
        const { scanned, paid } = await till.check(vector, termsAt(vector));
        const expected = vector.question.basketPence === undefined ? without(vector.expect, 'savingPence') : null;
        return {
          got: expected ? [scanned, paid] : paid,
          expected: expected ? [expected, vector.expect] : vector.expect,
        };
      },
    );
    expect(wrong.slice(0, 10)).toEqual([]);
  });
});
