import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { dateNear, instant, terms } from '../../libs/offer-rules/src/any-offer.fixture.js';
import { bankHolidays, evaluateOffer, hourOfWeek, type OfferTerms } from '@carers/offer-rules';
import { readVectors } from '../../libs/offer-rules/vectors/read-vectors.js';
import { testDatabase } from '../support/database.js';
import { termsAt } from '../support/vector-world.js';

const HOUR = 3_600_000;
/** Monday of a week without a clock change or a bank holiday. */
const monday = Date.parse('2026-11-16T00:00:00Z');

const london = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/London' });
const isOpen = (asked: OfferTerms, at: number) => evaluateOffer({ terms: asked, at, findNext: false }).usable;

interface Hours {
  open: string;
  shut: boolean;
}

describe('the hours by which the directory passes over offers', () => {
  let client: pg.Client;
  beforeAll(async () => {
    client = new pg.Client(await testDatabase());
    await client.connect();
  });
  afterAll(() => client?.end());

  async function hoursOf(all: readonly OfferTerms[]): Promise<Hours[]> {
    const { rows } = await client.query<Hours>(
      `SELECT offer_open_hours(terms)::text AS open, offer_shuts_on_bank_holidays(terms) AS shut
         FROM jsonb_array_elements($1) WITH ORDINALITY AS listed (terms, place) ORDER BY place`,
      [JSON.stringify(all)],
    );
    return rows;
  }

  const passesOver = ({ open, shut }: Hours, at: number) => {
    const day = london.format(at);
    return open[hourOfWeek(at)] === '0' || (shut && bankHolidays(Number(day.slice(0, 4))).includes(day));
  };

  it('never pass over one that the rules would let somebody use', async () => {
    const all = fc.sample(terms, 400);
    const times = [...fc.sample(instant, 60), ...fc.sample(dateNear, 10).map((date) => Date.parse(date))];
    const hours = await hoursOf(all);
    const lost = all.flatMap((asked, place) =>
      times.filter((at) => isOpen(asked, at) && passesOver(hours[place]!, at)).map((at) => [asked, new Date(at)]),
    );
    expect(lost.slice(0, 3)).toEqual([]);
  });

  it('pass over none of the shared vectors that are usable', async () => {
    const usable = readVectors().filter((vector) => vector.expect.usable);
    const hours = await hoursOf(usable.map((vector) => termsAt(vector)));
    const lost = usable.filter(({ question }, place) => passesOver(hours[place]!, Date.parse(question.at)));
    expect(lost.map(({ name }) => name)).toEqual([]);
  });

  it('are no more than they must be', async () => {
    const all = fc.sample(terms, 60).map(({ days, times, ...rest }) => {
      const { startsOn: _from, endsOn: _to, excludedDates: _dates, excludesBankHolidays: _holidays, ...always } = rest;
      return { ...always, ...(days && { days }), ...(times && { times }) } as OfferTerms;
    });
    const hours = await hoursOf(all);
    all.forEach((asked, place) => {
      const quarters = [0, 0.25, 0.5, 0.75];
      const expected = Array.from({ length: 168 }, (_, hour) =>
        quarters.some((quarter) => isOpen(asked, monday + (hour + quarter) * HOUR)) ? '1' : '0',
      );
      expect(hours[place]!.open).toBe(expected.join(''));
    });
  });
});
