import { Database } from '@carers/database';
import { VettingCases } from '@carers/vetting';
import type { TestApp } from '../support/app.js';
import { Given } from '../support/given.js';

type Places = Record<string, ['nobody' | 'owner', ...string[]][]>;

const system = { kind: 'system', id: 'test' } as const;

/**
 * Businesses in every state that the register shows, and the addresses of its pages.
 * @param owned a business of the world's owner; it gets the award
 */
export async function registerPlaces(
  program: TestApp,
  { businessId: owned, written }: { businessId: string; written: (text: string) => string },
): Promise<Places> {
  const database = program.get(Database);
  const given = new Given(program, written);
  const slugOf = async (id: string) => {
    const rows = await database.query<{ slug: string }>('SELECT slug FROM business WHERE id = $1', [id]);
    return rows[0]!.slug;
  };
  const trade = async (name: string) => {
    const { business } = await given.business({ name: written(name), category: 'home-and-garden', worksInHomes: true });
    await given.offer(business.id, {}, written('any repair'));
    return given.case({ state: 'approved', businessId: business.id });
  };
  const accredited = await trade('Tap & Daughters');
  const [lapsed, suspended, removed] = [await trade('Old Locks'), await trade('Hot Pipes'), await trade('Gone Glass')];
  for (const [made, move] of [
    [suspended, 'suspend'],
    [removed, 'remove'],
  ] as const) {
    const options = { reason: written('Carers told us of damage.') };
    await database.transaction((tx) =>
      program.get(VettingCases).move(tx, made.case.id, move, options, made.officers[2]),
    );
  }
  const reason = { reason: written('It ran out.') };
  await database.transaction((tx) => program.get(VettingCases).move(tx, lapsed.case.id, 'lapse', reason, system));
  await given.case({ state: 'approved', businessId: owned, programme: 'carer-friendly-award' });
  const slugs = await Promise.all([accredited, lapsed, suspended, removed].map((made) => slugOf(made.businessId)));
  const [slug] = slugs;
  return {
    '/register': [['nobody', '/register', '/register?q=nothing-like-it', '/register?place=BH15']],
    '/register/:slug': [['nobody', ...slugs.map((each) => `/register/${each}`)]],
    ...Object.fromEntries(
      ['badge.svg', 'badge.png', 'badge.jwt'].map((end) => [
        `/register/:slug/${end}`,
        [['nobody', `/register/${slug}/${end}`]],
      ]),
    ),
    '/api/v1/register/:slug': [['nobody', `/api/v1/register/${slug}`]],
    '/business/:business/badge': [['owner', `/business/${owned}/badge`]],
  };
}
