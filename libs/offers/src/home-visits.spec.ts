import { Audit } from '@carers/audit';
import type { OfferTerms } from '@carers/offer-rules';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Directory } from './directory/directory.js';
import { HomeVisits } from './home-visits.js';
import type { Offer } from './offer.entity.js';
import { GivenOffers } from './offers.fixture.js';
import type { Offers } from './offers.js';

const terms: OfferTerms = { kind: 'percentage', percent: 10, who: 'carer', how: 'in_person' };

let given: GivenOffers;
let offers: Offers;
let visits: HomeVisits;
let plumber: Awaited<ReturnType<GivenOffers['business']>>;
let number = 0;

const waiting = (content: { atHome?: boolean; subject?: string } = {}) =>
  given.database.transaction(async (tx) => {
    const { id } = await offers.draft(tx, plumber.id, { subject: null, terms, ...content }, given.actor);
    return offers.submit(tx, id, given.actor);
  });
const agreed = async (content: { atHome?: boolean } = {}) => offers.publish((await waiting(content)).id, given.actor);
const release = (until = '2026-12-31') =>
  given.database.transaction((tx) => visits.release(tx, plumber.id, until, given.actor));
const withhold = () => given.database.transaction((tx) => visits.withhold(tx, plumber.id, given.actor));
const status = async ({ id }: Pick<Offer, 'id'>) => (await offers.get(id)).status;
const listed = async () => {
  const { offers: found } = await given.app.get(Directory).list({ limit: 100 });
  return found.filter(({ line }) => line.business.slug === plumber.slug).map(({ id }) => id);
};
const lastMail = async () => {
  const sql = `SELECT template FROM outgoing_message WHERE about_kind = 'offer' ORDER BY id DESC LIMIT 1`;
  return (await given.database.query<{ template: string }>(sql))[0]?.template;
};

beforeAll(async () => {
  given = await GivenOffers.start();
  offers = given.offers;
  visits = given.app.get(HomeVisits);
});
beforeEach(async () => {
  plumber = await given.business(`Marsh Plumbing ${++number}`, ['BH15 1BS'], { worksInHomes: true });
});
afterAll(() => given?.app.close());

describe('an offer for work in people’s homes', () => {
  it('is withheld until its business may be listed, which its owner is told', async () => {
    const offer = await agreed();
    expect(offer).toMatchObject({ atHome: true, status: 'withheld' });
    expect(await lastMail()).toBe('offers/agreed');
    expect(await listed()).toEqual([]);
    await release();
    expect(await status(offer)).toBe('published');
    expect(await listed()).toEqual([offer.id]);
  });

  it('is published at once where its business may be listed, and hidden when it may not any more', async () => {
    await release();
    const offer = await agreed();
    expect([offer.status, await lastMail(), await listed()]).toEqual(['published', 'offers/published', [offer.id]]);
    await withhold();
    expect([await status(offer), await listed()]).toEqual(['withheld', []]);
    const history = await given.app.get(Audit).historyOf({ kind: 'offer', id: offer.id });
    expect(history.map(({ action }) => action)).toContain('offer.withheld');
  });

  it('is out of the directory when the last day is over, whether or not anybody withheld it', async () => {
    await release('2026-11-25');
    const offer = await agreed();
    expect(await listed()).toEqual([offer.id]);
    const before = given.clock.now();
    given.clock.set('2026-11-26T00:00:01Z');
    expect(await listed()).toEqual([]);
    // One that is agreed to in that night is withheld, although nothing has said so yet.
    expect((await agreed()).status).toBe('withheld');
    await release('2026-11-26');
    expect(await listed()).toHaveLength(2);
    given.clock.set(before);
  });

  it('stays paused when its business may be listed again, and is shown again only if it may', async () => {
    await release();
    const [offer, other] = [await agreed(), await agreed()];
    await offers.pause(offer.id, given.actor);
    await withhold();
    await offers.pause(other.id, given.actor);
    await release();
    expect([await status(offer), await status(other)]).toEqual(['paused', 'paused']);
    await withhold();
    expect((await offers.resume(offer.id, given.actor)).status).toBe('withheld');
    await release();
    expect((await offers.resume(other.id, given.actor)).status).toBe('published');
    expect(await status(offer)).toBe('published');
  });

  it('is changed by a proposal while it is withheld, and can be ended', async () => {
    const offer = await agreed();
    const changed = await offers.edit(offer.id, { subject: 'any repair', terms }, given.actor);
    expect([changed.title, changed.proposed?.subject]).toEqual(['10% off', 'any repair']);
    expect(await offers.publish(offer.id, given.actor)).toMatchObject({
      status: 'withheld',
      title: '10% off any repair',
    });
    await offers.withdraw(offer.id, given.actor);
    await release();
    expect(await status(offer)).toBe('withdrawn');
  });

  it('is for the counter only once staff agree that it is', async () => {
    const offer = await agreed();
    await offers.edit(offer.id, { subject: null, terms, atHome: false }, given.actor);
    expect(await status(offer)).toBe('withheld');
    expect(await offers.publish(offer.id, given.actor)).toMatchObject({ status: 'published', atHome: false });
    await withhold();
    expect(await listed()).toEqual([offer.id]);
    await offers.edit(offer.id, { subject: null, terms }, given.actor);
    expect(await offers.publish(offer.id, given.actor)).toMatchObject({ status: 'withheld', atHome: true });
  });

  it('is judged by what holds in the end when it is agreed to while its business is withheld', async () => {
    for (let round = 0; round < 6; round++) {
      await release();
      const offer = await waiting();
      await Promise.all([offers.publish(offer.id, given.actor), withhold(), agreed()]);
      const sql = `SELECT status FROM offer WHERE business_id = $1 AND status = 'published'`;
      expect(await given.database.query(sql, [plumber.id])).toEqual([]);
      expect(await listed()).toEqual([]);
    }
  });
});

describe('an offer of a business that visits nobody', () => {
  it('is never for homes, whatever is said, and nothing withholds it', async () => {
    const cafe = await given.business(`Otterley ${number}`, ['BH15 1BS']);
    const offer = await given.database.transaction(async (tx) => {
      const { id } = await offers.draft(tx, cafe.id, { subject: null, terms, atHome: true }, given.actor);
      return offers.submit(tx, id, given.actor);
    });
    expect(await offers.publish(offer.id, given.actor)).toMatchObject({ atHome: false, status: 'published' });
    await given.database.transaction((tx) => visits.withhold(tx, cafe.id, given.actor));
    expect(await status(offer)).toBe('published');
  });
});
