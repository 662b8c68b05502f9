import { Categories } from '@carers/businesses';
import { InvalidInput } from '@carers/kernel';
import { Places, SchemeService } from '@carers/places';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GivenOffers } from '../offers.fixture.js';
import { askedTime } from './asked-time.js';
import { Directory } from './directory.js';
import { type BoundStatement, byDistance, byRank } from './directory-statements.js';
import { type DirectoryQuery, wordsOf } from './directory-query.js';

let given: GivenOffers;
let directory: Directory;
let poole: string;

const titles = async (query: Partial<DirectoryQuery>) =>
  (await directory.list({ limit: 50, ...query })).offers.map(({ line }) => `${line.title} at ${line.business.name}`);

async function walk(query: DirectoryQuery): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const page = await directory.list({ ...query, ...(cursor ? { cursor } : {}) });
    ids.push(...page.offers.map(({ id }) => id));
    cursor = page.next;
  } while (cursor);
  return ids;
}

beforeAll(async () => {
  given = await GivenOffers.start();
  directory = given.app.get(Directory);
  const regions = await given.app.get(SchemeService).regions();
  poole = regions.find(({ slug }) => slug === 'poole')!.id;
  const cafe = await given.business('Café Otterley', ['BH15 1BS', 'BH1 1AA'], {
    summary: 'Coffee and cake by the quay.',
  });
  await given.offer(cafe.id, {}, 'your meal');
  await given.offer(cafe.id, { kind: 'free_item', item: 'tea with any lunch', days: [1, 2, 3, 4] });
  const plumber = await given.business('Marrow Plumbing', ['BH17 7AA'], { category: 'home-and-garden' });
  await given.offer(plumber.id, { percent: 15 }, 'labour');
  const shop = await given.business('Inkwell Online', ['online'], { category: 'shops' });
  await given.offer(shop.id, { kind: 'amount_off', amountPence: 500, how: 'online_code' });
});

afterAll(() => given?.app.close());

describe('the list', () => {
  it('shows each offer once, the newest first', async () => {
    expect(await titles({})).toEqual([
      '£5.00 off at Inkwell Online',
      '15% off labour at Marrow Plumbing',
      'Free tea with any lunch at Café Otterley',
      '10% off your meal at Café Otterley',
    ]);
  });

  it('shows what can be used in a region, of a category, in a town', async () => {
    const category = (await given.app.get(Categories).bySlug('home-and-garden'))!;
    expect(await titles({ regionId: poole })).toHaveLength(3);
    expect(await titles({ regionId: poole, categoryId: category.id })).toEqual(['15% off labour at Marrow Plumbing']);
    expect(await titles({ regionId: poole, townSlug: 'atlantis' })).toEqual([]);
  });

  it('shows only what can be used at a time', async () => {
    expect(await titles({ usableAt: askedTime('2026-11-21T12:00:00Z')! })).toHaveLength(3);
    expect(await titles({ usableAt: askedTime('2026-11-23T12:00:00Z')! })).toHaveLength(4);
  });

  it('refuses a cursor that is not ours, or of another kind of list', async () => {
    const { next } = await directory.list({ limit: 1 });
    for (const cursor of ['nonsense', 'x', `${next}A`.slice(3), Buffer.from('["r",null,null]').toString('base64url')]) {
      await expect(directory.list({ limit: 1, cursor })).rejects.toThrow(InvalidInput);
    }
    await expect(directory.list({ limit: 1, cursor: next!, near: { lat: 50.7, lng: -2 } })).rejects.toThrow(
      InvalidInput,
    );
  });
});

describe('near a postcode', () => {
  it('shows the nearest first, each offer once, with its distance', async () => {
    const here = await given.app.get(Places).locate('BH17 7AA');
    const { offers } = await directory.list({ limit: 10, near: here });
    expect(offers.map(({ line }) => line.business.name)).toEqual(['Marrow Plumbing', 'Café Otterley', 'Café Otterley']);
    expect(offers[0]!.distanceMiles).toBe(0);
    expect(offers[1]!.nearest!.postcode).toBe('BH15 1BS');
    const close = await directory.list({ limit: 10, near: { ...here, withinMiles: 1 } });
    expect(close.offers).toHaveLength(1);
    expect(await directory.count({ limit: 1, near: { ...here, withinMiles: 1 } })).toBe(1);
  });
});

describe('a search by words', () => {
  it('finds words that begin alike, in any order, without accents', async () => {
    expect(await titles({ words: wordsOf('plumb') })).toEqual(['15% off labour at Marrow Plumbing']);
    expect(await titles({ words: wordsOf('meal CAFÉ') })).toEqual(['10% off your meal at Café Otterley']);
    expect(await titles({ words: wordsOf('coffee plumber') })).toEqual([]);
  });

  it('forgives typing mistakes', async () => {
    expect(await titles({ words: wordsOf('plubming') })).toEqual(['15% off labour at Marrow Plumbing']);
    expect(await titles({ words: wordsOf('cofee') })).toHaveLength(2);
    expect(await directory.corrected(['ottrley', 'xyzzyq'])).toEqual(['otterley', 'xyzzyq']);
  });

  it('survives anything that is typed', async () => {
    for (const typed of ["'", '& | !', 'the', '%%%', 'a:* b', '😀', '\\', 'of the and']) {
      expect(await titles({ words: wordsOf(typed) })).toEqual(expect.any(Array));
    }
  });
});

describe('with thousands of offers', () => {
  beforeAll(async () => {
    const { database } = given;
    await database.transaction(async (tx) => {
      await tx.query(`SET LOCAL offers.relist = 'off'`);
      await tx.query(`
        INSERT INTO business (id, slug, name, kind, category_id, contact_name, contact_email, contact_email_hash, status, created_at)
          SELECT gen_random_uuid(), 'many-' || n, 'Many ' || n, 'independent', (SELECT id FROM category WHERE position = CASE WHEN n % 2 = 0 THEN 3 ELSE 1 + n % 14 END),
                 contact_name, contact_email, contact_email_hash, 'published', now()
            FROM generate_series(1, 3000) n, (SELECT * FROM business LIMIT 1) pattern`);
      await tx.query(`
        INSERT INTO branch (id, business_id, slug, name, postcode, town, region_id, lat, lng, created_at)
          SELECT gen_random_uuid(), id, slug || '-branch', name, 'BH15 1BS', 'Poole',
                 (SELECT region.id FROM region ORDER BY slug <> 'poole', (position + ascii(right(business.slug, 1))) % 12
                   OFFSET ascii(right(business.slug, 1)) % 3 LIMIT 1),
                 50.6 + random() * 0.3, -2.4 + random() * 0.6, now()
            FROM business WHERE slug LIKE 'many-%'`);
      await tx.query(`
        INSERT INTO offer (id, business_id, slug, terms, title, conditions, sentence, revision, status, last_confirmed_on, created_at, published_at)
          SELECT gen_random_uuid(), business.id, business.slug || '-offer', pattern.terms, pattern.title, pattern.conditions,
                 pattern.sentence, 1, 'published', '2026-11-01', now(), timestamptz '2026-01-01' + random() * interval '90 days'
            FROM business, (SELECT * FROM offer LIMIT 1) pattern WHERE business.slug LIKE 'many-%'`);
      await tx.query(`SELECT relist_businesses(NULL)`);
    });
    await database.query('ANALYZE offer_listing');
    await database.query('ANALYZE offer_point');
  });

  it('walks through all of them without a repeat or a gap, in every order', async () => {
    const [{ count }] = (await given.database.query('SELECT count(*)::int FROM offer')) as [{ count: number }];
    const here = { lat: 50.72, lng: -1.98 };
    const all = await walk({ limit: 100 });
    expect([new Set(all).size, all.length]).toEqual([count, count]);
    const near = await walk({ limit: 100, near: here });
    expect([new Set(near).size, near.length]).toEqual([count - 1, count - 1]);
    const words = await walk({ limit: 90, words: ['meal'] });
    expect([new Set(words).size, words.length]).toEqual([count - 3, count - 3]);
    const open = await walk({ limit: 70, words: ['meal'], usableAt: askedTime('2026-11-21T12:00')! });
    expect([new Set(open).size, open.length]).toEqual([count - 3, count - 3]);
  });

  it('reads a list of a region and category from the index that carries its order', async () => {
    const category = (await given.app.get(Categories).all()).find(({ position }) => position === 3)!;
    const query = { regionId: poole, categoryId: category.id, limit: 20 };
    const fresh = await directory.freshness();
    const plan = await explain(byRank(query, fresh, null, 21));
    expect(plan).toContain('ix_offer_listing__region_category');
    expect(plan).not.toContain('Sort');
  });

  it('finds the nearest through the index of points', async () => {
    const query = { near: { lat: 50.72, lng: -1.98 }, limit: 20 };
    const plan = await explain(byDistance(query, await directory.freshness(), null, 21));
    expect(plan).toContain('ix_offer_point__at');
    expect(plan).not.toContain('Seq Scan on offer_point');
  });

  it('fills its pages with what may be used then, however little of it there is', async () => {
    const { database } = given;
    await database.transaction(async (tx) => {
      await tx.query(`SET LOCAL offers.relist = 'off'`);
      // One in a hundred is open at night; the others all day, and not at night.
      await tx.query(`
        UPDATE offer SET terms = terms || jsonb_build_object('times', CASE WHEN slug LIKE 'many-%00-offer'
               THEN '[{"from": "22:00", "to": "03:30"}]'::jsonb ELSE '[{"from": "09:00", "to": "17:00"}]' END)
         WHERE slug LIKE 'many-%'`);
      await tx.query(`SELECT relist_businesses(NULL)`);
    });
    await database.query('ANALYZE offer_listing');
    const usableAt = askedTime('2026-11-23T03:15')!;
    const near = { lat: 50.72, lng: -1.98 };
    for (const query of [{}, { near }, { words: ['meal'] }]) {
      const page = await directory.list({ limit: 20, usableAt, ...query });
      expect(page.offers).toHaveLength(20);
      expect(page.next).not.toBeNull();
      const all = await walk({ limit: 20, usableAt, ...query });
      // Thirty, and the few offers of the other tests that have no hours.
      expect(all.length - new Set(all).size).toBe(0);
      expect(all.length).toBeGreaterThanOrEqual(30);
      expect(all.length).toBeLessThanOrEqual(34);
    }
    const later = await directory.list({ limit: 20, usableAt: askedTime('2026-11-23T03:45')! });
    expect(later.offers.length).toBeLessThan(5);
    expect(later.next).toBeNull();
  });

  async function explain({ statement, values }: BoundStatement): Promise<string> {
    const rows = await given.database.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${statement.text}`, values);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  }
});
