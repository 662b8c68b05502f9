import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Decisions } from '@carers/applications';
import { Moderation } from '@carers/businesses';
import { Database } from '@carers/database';
import { Offers } from '@carers/offers';
import { bundledScheme, SchemeService } from '@carers/places';
import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { Demo } from './demo.js';
import { DemoMarks } from './demo-marks.js';
import { DemoModule } from './demo.module.js';

let test: TestApp;
const said: string[] = [];

beforeAll(async () => {
  test = await startTestApp({ modules: [DemoModule] });
}, 30_000);

afterAll(() => test.close());

const count = async (what: string) => {
  const [row] = await test.get(Database).query<{ count: number }>(`SELECT count(*)::int AS count FROM ${what}`);
  return row!.count;
};

const counts = async () =>
  Promise.all(
    ['account', 'business', 'offer', 'cardholder', 'card', 'subscriber', 'redemption', 'audit_event'].map(count),
  );

describe('the demo', () => {
  it('goes on after a load that broke off, without loading anything twice', async () => {
    const marks = test.get(DemoMarks);
    const mark = marks.mark.bind(marks);
    const broken = jest.spyOn(marks, 'mark').mockImplementation(async (tx, part) => {
      if (part === 'cards') throw new Error('The lights went out.');
      return mark(tx, part);
    });
    await expect(test.get(Demo).load()).rejects.toThrow('The lights went out.');
    expect(await count('cardholder')).toBe(0);
    expect(await count('business')).toBeGreaterThan(60);
    broken.mockRestore();

    expect(await test.get(Demo).load({ onlyIfEmpty: true }, (sentence) => said.push(sentence))).toBe(true);
    expect(said).toHaveLength(8);
    expect(await count('cardholder')).toBe(304);
  }, 40_000);

  it('changes nothing the second time', async () => {
    const before = await counts();
    expect(await test.get(Demo).load()).toBe(false);
    expect(await counts()).toEqual(before);
  });

  it('has offers in every region and category', async () => {
    const regions = await test.get(Database).query<{ slug: string; offers: number }>(
      `SELECT region.slug, count(offer_listing.offer_id)::int AS offers
         FROM region LEFT JOIN offer_listing ON offer_listing.region_id = region.id GROUP BY region.slug`,
    );
    expect(regions).toHaveLength(12);
    expect(regions.filter(({ offers }) => offers < 8)).toEqual([]);
    const categories = await test.get(Database).query<{ slug: string; offers: number }>(
      `SELECT category.slug, count(offer_listing.offer_id)::int AS offers
         FROM category LEFT JOIN offer_listing ON category_id = category.id AND is_first GROUP BY category.slug`,
    );
    expect(categories).toHaveLength(14);
    expect(categories.filter(({ offers }) => offers < 4)).toEqual([]);
  });

  it('has cards in every state, and carers in every region, each with consents asked', async () => {
    expect(await count(`card WHERE status = 'suspended'`)).toBeGreaterThan(0);
    expect(await count(`card WHERE status = 'active' AND valid_until < '2026-11-21'`)).toBeGreaterThan(0);
    expect(await count(`card WHERE issue_number = 2 AND status = 'active'`)).toBeGreaterThan(0);
    expect(await count(`card WHERE kind = 'young'`)).toBeGreaterThan(5);
    expect(await count(`card WHERE kind = 'test'`)).toBe(1);
    expect(await count('(SELECT DISTINCT region_id FROM cardholder) AS region')).toBe(12);
    expect(await count('(SELECT DISTINCT source_kind FROM subscriber) AS source')).toBe(4);
    expect(
      await count('subscriber WHERE NOT EXISTS (SELECT FROM consent_event WHERE subscriber_id = subscriber.id)'),
    ).toBe(0);
    // The state is what the last event says.
    const off = `subscription JOIN LATERAL (
      SELECT decision FROM consent_event AS event
       WHERE event.subscriber_id = subscription.subscriber_id AND event.purpose = subscription.purpose
         AND event.channel = subscription.channel ORDER BY number DESC LIMIT 1) AS last ON true
      WHERE active <> (last.decision = 'given')`;
    expect(await count(off)).toBe(0);
  });

  it('keeps every limit, and counts as the till counts', async () => {
    expect(await count('redemption')).toBeGreaterThan(1_300);
    const over = `offer_counter JOIN offer ON offer.id = offer_id
      WHERE used > CASE WHEN scope = 'total' THEN (terms #>> '{limits,total}')::int
                        WHEN scope LIKE 'day:%' THEN (terms #>> '{limits,perDay}')::int
                        ELSE (terms #>> '{limits,perCard,count}')::int END`;
    expect(await count(over)).toBe(0);
    const differing = `redemption JOIN offer ON offer.id = offer_id JOIN card ON card.id = card_id
      WHERE counted <> coalesce((
        SELECT array_agg(scope) FROM offer_scopes(terms, cardholder_id, (occurred_at AT TIME ZONE 'Europe/London')::date)), '{}')`;
    expect(await count(differing)).toBe(0);
    const unchecked = `redemption WHERE card_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM validation WHERE validation.scan_id = redemption.scan_id AND validation.card_id = redemption.card_id
         AND outcome = 'valid')`;
    expect(await count(unchecked)).toBe(0);
    expect(await count(`redemption WHERE card_id IS NOT NULL AND occurred_at < '2026-08-22'`)).toBe(0);
    expect(await count(`validation WHERE outcome = 'not_valid'`)).toBeGreaterThan(20);
  });

  it('has a trade that is listed, one that waits for an officer, and a place with the award', async () => {
    const standings = await test.get(Database).query(
      `SELECT business.name, programme, listed, accredited FROM standing JOIN business ON id = business_id
          ORDER BY programme, business.name`,
    );
    expect(standings).toEqual([
      { name: 'Tide and Quay Kitchen', programme: 'carer-friendly-award', listed: false, accredited: true },
      { name: 'Heron Joinery', programme: 'trader-vetting', listed: false, accredited: false },
      { name: 'Sandpiper Plumbing', programme: 'trader-vetting', listed: true, accredited: true },
    ]);
    expect(await count(`offer_listing JOIN offer ON offer.id = offer_id WHERE at_home`)).toBeGreaterThan(0);
  });

  it('leaves work for the registrar', async () => {
    expect(await count(`application WHERE state = 'submitted'`)).toBe(15);
    expect(await count(`application WHERE state = 'submitted' AND waits_for ? 'duplicates'`)).toBe(2);
    expect(await count(`business WHERE status = 'submitted'`)).toBe(3);
  });

  it('has a bulletin that was sent, one that waits for a second officer, and a draft', async () => {
    const rows = await test.get(Database).query<{ state: string }>('SELECT state FROM bulletin ORDER BY state');
    expect(rows.map(({ state }) => state)).toEqual(['awaiting_second', 'draft', 'sent']);
    const copies = await test
      .get(Database)
      .query<{ channel: string }>(
        `SELECT DISTINCT channel FROM delivery WHERE state IN ('delivered', 'printed') ORDER BY channel`,
      );
    expect(copies.map(({ channel }) => channel)).toEqual(['email', 'post', 'text']);
    expect(await count(`delivery WHERE state = 'bounced'`)).toBeGreaterThan(0);
    expect(await count(`outgoing_message WHERE about_kind = 'bulletin'`)).toBe(0);
  });

  it('lists people to sign in as, staff with where their code comes from', async () => {
    const people = await test.get(Demo).people();
    expect(people.map(({ email }) => email)).toEqual(
      expect.arrayContaining([
        'margaret@example.org',
        'owner@quay-kitchen.example',
        'registrar@dorsetcarerscard.example',
      ]),
    );
    expect(people.filter(({ totp }) => totp === '/dev/totp').map(({ role }) => role)).toContain('Administrator');
    const roles = `(SELECT DISTINCT role FROM account_role) AS held`;
    expect(await count(roles)).toBe(7);
  });

  it('writes to those who joined today, and to nobody else', async () => {
    const outbox = await test.outbox();
    expect(outbox).toHaveLength(6);
    const welcome = outbox.find(({ to, subject }) => to === 'margaret@example.org' && subject?.startsWith('Welcome'));
    expect(welcome?.text).toContain('Harbour Carers Service');
  });

  it('lets staff decide everything that waits', async () => {
    const actor = { kind: 'system', id: 'test' } as const;
    const [database, decisions, moderation, offers] = [
      test.get(Database),
      test.get(Decisions),
      test.get(Moderation),
      test.get(Offers),
    ];
    for (const { id } of await database.query<{ id: string }>(`SELECT id FROM application WHERE state = 'submitted'`)) {
      await decisions.approve(id, actor);
    }
    for (const { id } of await database.query<{ id: string }>(`SELECT id FROM business WHERE status = 'submitted'`)) {
      await moderation.publish(id, actor);
    }
    const { offers: waiting } = await offers.waiting();
    expect(waiting).toHaveLength(7);
    for (const { id } of waiting) await offers.publish(id, actor);
    expect(await count(`application WHERE state = 'approved' AND card_id IS NOT NULL`)).toBe(15);
    // One trade is not vetted yet: its offer waits for that.
    expect(await count(`offer WHERE status = 'withheld'`)).toBe(1);
    expect(await count(`offer WHERE status = 'published'`)).toBe((await count('offer')) - 1);
  });
});

it('leaves a database alone that serves another scheme, when told to', async () => {
  const other = await startTestApp({ modules: [DemoModule] });
  try {
    await other.get(SchemeService).loadScheme(await bundledScheme('dorset'));
    expect(await other.get(Demo).load({ onlyIfEmpty: true })).toBe(false);
    expect(await other.get(Demo).people()).toEqual([]);
  } finally {
    await other.close();
  }
}, 30_000);
