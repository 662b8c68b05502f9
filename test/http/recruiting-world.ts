import { randomUUID } from 'node:crypto';
import { Cardholders } from '@carers/cards';
import { Categories } from '@carers/businesses';
import { Leaflets, LeadWork, Suggestions, type Suggester, Votes, WhereSaid } from '@carers/recruiting';
import type { TestApp } from '../support/app.js';
import type { Visitor } from './whole-world.js';

const staff = { kind: 'system', id: 'test' } as const;

/**
 * Suggested businesses of all sorts, leaflets and wishes.
 * @param holderId a cardholder who takes part
 * @returns who goes where on the pages of recruiting
 */
export async function recruitingPlaces(
  program: TestApp,
  {
    businessId,
    offerId,
    holderId,
    written,
  }: { businessId: string; offerId: string; holderId: string; written: (text: string) => string },
): Promise<Record<string, [Visitor, ...string[]][]>> {
  const { cardholder } = await program.get(Cardholders).find(holderId);
  const categoryId = (await program.get(Categories).bySlug('shops'))!.id;
  const where = await program.get(WhereSaid).read('BH15 1HJ');
  const suggest = (name: string, by: Suggester) =>
    program
      .get(Suggestions)
      .keep(
        { id: randomUUID(), name: written(name), where, categoryId, why: written('It is near'), askFor: written('Jo') },
        by,
      );
  const carer = { kind: 'cardholder', cardholder } as const;
  const open = await suggest('Lantern Books', carer);
  const twin = await suggest('Lantern and Other Books', { kind: 'public' });
  const part = await suggest('The reading room', { kind: 'public' });
  const joined = await suggest('The Quay Kitchen', { kind: 'public' });
  const work = program.get(LeadWork);
  await work.move(open, 'contacted', '2026-12-01', staff);
  await work.note(open, written('Rang them'), staff);
  await work.merge(part, open, staff);
  await work.link(joined, businessId, staff);
  const leaflet = await program.get(Leaflets).makeForStaff(written('Library'), cardholder.regionId, staff);
  await program
    .get(Votes)
    .cast(cardholder, { categoryIds: [categoryId], regionId: cardholder.regionId, townId: null }, staff);

  const lead = '/staff/recruiting';
  const posts = (base: string) => ['', `/${offerId}/wide.png`, `/${offerId}/square.png`].map((end) => `${base}${end}`);
  const ends = ['', '/:offer/wide.png', '/:offer/square.png'];
  const pictured = (as: Visitor, url: string, base: string) =>
    Object.fromEntries(ends.map((end, at) => [`${url}${end}`, [[as, posts(base)[at]!]] as [Visitor, ...string[]][]]));
  return {
    '/offer-pictures/:offer/wide.png': [['nobody', `/offer-pictures/${offerId}/wide.png`]],
    '/staff/recruiting': [['registrar', lead, `${lead}?stage=joined`, `${lead}?mine=yes`]],
    '/staff/recruiting/:id': [['registrar', ...[open, twin, part, joined].map((id) => `${lead}/${id}`)]],
    '/staff/recruiting/:id/letter': [['registrar', `${lead}/${open}/letter`]],
    '/staff/recruiting/leaflets/:id/leaflet.pdf': [['registrar', `${lead}/leaflets/${leaflet.id}/leaflet.pdf`]],
    '/staff/recruiting/demand': [
      ['registrar', `${lead}/demand`],
      ['commissioner', `${lead}/demand`],
    ],
    ...pictured('registrar', '/staff/recruiting/posts/:business', `${lead}/posts/${businessId}`),
    ...pictured('owner', '/business/:id/posts', `/business/${businessId}/posts`),
  };
}
