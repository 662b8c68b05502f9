import { Readable } from 'node:stream';
import { Arrangements, CodePools, Settlements, StoreNumbers, TillCodes } from '@carers/chains';
import { Cardholders } from '@carers/cards';
import type { TestApp } from '../support/app.js';
import { Given, type GivenBusiness } from '../support/given.js';
import { asChain, ean } from './chains-support.js';
import type { Visitor } from './whole-world.js';

const staff = { kind: 'system', id: 'test' } as const;

/**
 * Makes a chain of a business, with an offer of each sort at its tills and a settlement file.
 * @param offerId an offer that is to have one number for everybody
 * @returns who goes where on the pages of chains
 */
export async function chainPlaces(
  program: TestApp,
  { business, branch }: GivenBusiness,
  { offerId, holderId, written }: { offerId: string; holderId: string; written: (text: string) => string },
): Promise<Record<string, [Visitor, ...string[]][]>> {
  await asChain(program, { business, branch });
  const given = new Given(program);
  const { id } = business;
  const bytes = (text: string) => Readable.from([Buffer.from(text)]);
  await program.get(Arrangements).useBarcode(id, offerId, ean(1), staff);
  const [pool, mine, empty] = [
    (await given.offer(id, {}, written('your tea'))).id,
    (await given.offer(id, { limits: { perCard: { count: 2, period: 'month' } } }, written('your cake'))).id,
    (await given.offer(id, {}, written('your jam'))).id,
  ];
  await program.get(CodePools).add(id, pool, bytes('A1001\nA1002\n'), staff);
  await program.get(CodePools).add(id, mine, bytes(`B10000000000000000000000001\n${ean(2)}\nB1003\n`), staff);
  await program.get(CodePools).add(id, empty, bytes('C1001\n'), staff);
  await program.get(CodePools).clear(id, empty, staff);
  const held = await program.get(Cardholders).find(holderId);
  await program.get(TillCodes).hand(mine, held, 1);
  await program.get(StoreNumbers).set(id, new Map([[branch.id, '42']]), staff);
  const file = `code,store,date,reference,amount\n${ean(1)},42,20/11/2026,T1,£4.00\n${ean(3)},42,20/11/2026,T2,£4.00\n${ean(1)},43,2026,T3,4\n`;
  const { id: read } = await program.get(Settlements).read(id, written('47.csv'), bytes(file), staff);

  const pages = (base: string) => ({
    'till-codes': [`${base}/till-codes`],
    'till-codes/:offer': [`${base}/till-codes/${offerId}`, `${base}/till-codes/${pool}`, `${base}/till-codes/${empty}`],
    'store-numbers': [`${base}/store-numbers`],
    settlements: [`${base}/settlements`],
    'settlements/:import': [`${base}/settlements/${read}`],
    'settlements/:import/unmatched.csv': [`${base}/settlements/${read}/unmatched.csv`],
  });
  const side = (route: string, as: Visitor, base: string) =>
    Object.fromEntries(
      Object.entries(pages(base)).map(([end, paths]) => [
        `${route}/${end}`,
        [[as, ...paths] as [Visitor, ...string[]]],
      ]),
    );
  const code = (offer: string) => `/account/offers/${offer}/till-code`;
  return {
    ...side('/business/:business', 'owner', `/business/${id}`),
    ...side('/staff/chains/:business', 'registrar', `/staff/chains/${id}`),
    '/account/offers/:offer/till-code': [
      ['carer', code(offerId), code(pool), code(mine), code(empty)],
      ['owner', code(offerId)],
    ],
  };
}
