import { Audit } from '@carers/audit';
import { Branches, Businesses, Moderation } from '@carers/businesses';
import { InvalidInput } from '@carers/kernel';
import type { OfferTerms } from '@carers/offer-rules';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { askToConfirm, AskToConfirmHandler } from './offer-confirmation.js';
import { Directory } from './directory/directory.js';
import type { Offer } from './offer.entity.js';
import { GivenOffers } from './offers.fixture.js';
import { type Offers, versionOf } from './offers.js';
import { NothingToDecide, OfferChangedMeanwhile, OfferStatusForbids } from './offers.problems.js';
import { OfferMail } from './offer-mail.js';
import { SchemeService } from '@carers/places';

const terms: OfferTerms = { kind: 'percentage', percent: 10, who: 'carer', how: 'in_person' };
const half: OfferTerms = { ...terms, percent: 50 };

let given: GivenOffers;
let offers: Offers;
let cafe: Awaited<ReturnType<GivenOffers['business']>>;

const draft = (content: Partial<{ subject: string | null; terms: OfferTerms }> = {}) =>
  given.database.transaction((tx) => offers.draft(tx, cafe.id, { subject: null, terms, ...content }, given.actor));
const submitted = async (content = {}) => {
  const { id } = await draft(content);
  return given.database.transaction((tx) => offers.submit(tx, id, given.actor));
};
const published = async (content = {}) => offers.publish((await submitted(content)).id, given.actor);
const listed = async (offer: Pick<Offer, 'id'>) => {
  const { offers: found } = await given.app.get(Directory).list({ limit: 100 });
  return found.find(({ id }) => id === offer.id)?.line.title ?? null;
};
const mails = () =>
  given.database.query<{ template: string; about_id: string }>(
    `SELECT template, about_id FROM outgoing_message WHERE about_kind = 'offer' ORDER BY id DESC`,
  );

beforeAll(async () => {
  given = await GivenOffers.start();
  offers = given.offers;
  cafe = await given.business('Otterley Café', ['BH15 1BS', 'BH1 1AA']);
});

afterAll(() => given?.app.close());

describe('an offer', () => {
  it('says in words exactly what its terms are', async () => {
    const offer = await draft({
      subject: 'your meal',
      terms: { ...terms, days: [1, 2, 3, 4], minimumSpendPence: 1250 },
    });
    expect(offer.title).toBe('10% off your meal');
    expect(offer.sentence).toBe(
      '10% off your meal. For the carer. Spend £12.50 or more. Monday to Thursday only. Show your card when you pay.',
    );
    expect(offer.slug).toBe('10-off-your-meal-otterley-cafe');
    expect((await draft({ subject: 'your meal' })).slug).toBe('10-off-your-meal-otterley-cafe-2');
  });

  it('is listed once staff agreed to it, and its owner is told', async () => {
    const offer = await submitted();
    expect(await listed(offer)).toBeNull();
    await offers.publish(offer.id, given.actor);
    expect(await listed(offer)).toBe('10% off');
    expect((await mails())[0]).toEqual({ template: 'offers/published', about_id: offer.id });
    const history = await given.app.get(Audit).historyOf({ kind: 'offer', id: offer.id });
    expect(history.map(({ action }) => action).sort()).toEqual(['offer.drafted', 'offer.published', 'offer.submitted']);
  });

  it('is decided only once', async () => {
    const { id } = await submitted();
    await offers.decline(id, 'Please say what it is for.', given.actor);
    await expect(offers.publish(id, given.actor)).rejects.toThrow(NothingToDecide);
    await expect(offers.decline(id, 'Again.', given.actor)).rejects.toThrow(NothingToDecide);
    await given.database.transaction((tx) => offers.submit(tx, id, given.actor));
    expect((await offers.publish(id, given.actor)).declineReason).toBeNull();
  });

  it('is not agreed to as somebody did not read it', async () => {
    const offer = await submitted();
    await offers.edit(offer.id, { subject: null, terms: half }, given.actor);
    await expect(offers.publish(offer.id, given.actor, versionOf(offer))).rejects.toThrow(OfferChangedMeanwhile);
    expect(await listed(offer)).toBeNull();
  });

  it('stays as it was agreed until a change is agreed too', async () => {
    const offer = await published();
    await offers.edit(offer.id, { subject: 'everything', terms: half }, given.actor);
    expect(await listed(offer)).toBe('10% off');
    expect((await offers.waiting()).offers).toContainEqual(expect.objectContaining({ id: offer.id, change: true }));
    await offers.decline(offer.id, 'Is this right?', given.actor);
    expect((await offers.get(offer.id)).status).toBe('published');
    await offers.edit(offer.id, { subject: 'everything', terms: half }, given.actor);
    expect((await offers.publish(offer.id, given.actor)).revision).toBe(2);
    expect(await listed(offer)).toBe('50% off everything');
  });

  it('can be paused, shown again and ended for good', async () => {
    const offer = await published();
    await offers.pause(offer.id, given.actor);
    expect(await listed(offer)).toBeNull();
    await offers.resume(offer.id, given.actor);
    expect(await listed(offer)).toBe('10% off');
    await offers.withdraw(offer.id, given.actor);
    expect(await listed(offer)).toBeNull();
    await expect(offers.resume(offer.id, given.actor)).rejects.toThrow(OfferStatusForbids);
  });

  it('takes no impossible terms and no places of somebody else', async () => {
    const other = await given.business('Elsewhere', ['BH1 1AA']);
    await expect(draft({ terms: { ...terms, percent: 120 } as OfferTerms })).rejects.toThrow(InvalidInput);
    await expect(draft({ terms: { ...terms, branchIds: [other.branches[0]!.id] } })).rejects.toThrow(InvalidInput);
    expect((await draft({ terms: { ...terms, branchIds: [cafe.branches[0]!.id] } })).sentence).toContain(
      'At one branch only.',
    );
  });

  it('is gone, and nothing is queued, when its transaction fails', async () => {
    const { length } = await mails();
    const before = (await offers.allOf(cafe.id)).length;
    const failing = given.database.transaction(async (tx) => {
      const offer = await offers.draft(tx, cafe.id, { subject: null, terms }, given.actor);
      await given.app.get(OfferMail).published(tx, await given.app.get(Businesses).locked(tx, cafe.id), offer);
      throw new Error('stop');
    });
    await expect(failing).rejects.toThrow('stop');
    expect([(await mails()).length, (await offers.allOf(cafe.id)).length]).toEqual([length, before]);
  });
});

describe('the directory follows', () => {
  it('when a business is suspended and published again', async () => {
    const offer = await published();
    await given.app.get(Moderation).suspend(cafe.id, 'Complaints.', given.actor);
    expect(await listed(offer)).toBeNull();
    await given.app.get(Moderation).publish(cafe.id, given.actor);
    expect(await listed(offer)).toBe('10% off');
  });

  it('when a branch opens in another region, moves or closes', async () => {
    const shop = await given.business('Wandering Shop', ['BH15 1BS']);
    const offer = await given.offer(shop.id);
    const regionsOf = async () => {
      const rows = await given.database.query<{ slug: string }>(
        `SELECT region.slug FROM offer_listing JOIN region ON region.id = region_id WHERE offer_id = $1 ORDER BY 1`,
        [offer.id],
      );
      return rows.map(({ slug }) => slug);
    };
    expect(await regionsOf()).toEqual(['poole']);
    const branches = given.app.get(Branches);
    const facts = { online: false, addressLines: ['2 Low Street'], postcode: 'DT4 8AA', accessibility: [] };
    const placed = await branches.place(facts);
    await given.database.transaction((tx) => branches.add(tx, shop.id, placed, given.actor));
    expect(await regionsOf()).toEqual(['poole', 'weymouth']);
    await branches.close(shop.id, shop.branches[0]!.id, given.actor);
    expect(await regionsOf()).toEqual(['weymouth']);
  });

  it('when two change offers of one business at the same time', async () => {
    const made = await Promise.all([submitted(), submitted(), submitted()]);
    await Promise.all(made.map(({ id }) => offers.publish(id, given.actor)));
    for (const offer of made) expect(await listed(offer)).toBe('10% off');
  });

  it('hides what has ended, and what nobody confirmed for too long', async () => {
    const ends = await published({ terms: { ...terms, endsOn: '2026-12-01' } });
    const stays = await published();
    expect(await listed(ends)).toBe('10% off');
    given.clock.set('2026-12-02T12:00:00Z');
    expect(await listed(ends)).toBeNull();
    expect(await listed(stays)).toBe('10% off');
    const { offers: policy } = await given.app.get(SchemeService).policyOn();
    given.clock.advance({ days: policy.hideUnconfirmedAfterDays });
    expect(await listed(stays)).toBeNull();
    await offers.confirm(stays.id, given.actor);
    expect(await listed(stays)).toBe('10% off');
  });

  it('asks owners once on the day when an offer was not confirmed for long enough', async () => {
    const offer = await published();
    const { offers: policy } = await given.app.get(SchemeService).policyOn();
    given.clock.advance({ days: policy.confirmEveryDays });
    const handler = new AskToConfirmHandler(
      given.database,
      given.app.get(SchemeService),
      given.app.get(Businesses),
      given.app.get(OfferMail),
    );
    const on = given.clock.today();
    await handler.handle({ on });
    await handler.handle({ on });
    const asked = (await mails()).filter(
      ({ template, about_id }) => template === 'offers/confirm' && about_id === offer.id,
    );
    expect(asked).toHaveLength(1);
    expect(askToConfirm.queue).toBe('offers.ask-to-confirm');
  });
});
