import { CardLinks } from '@carers/cards';
import { Database } from '@carers/database';
import type { TestApp } from '../support/app.js';
import type { Given } from '../support/given.js';
import type { Visitor } from './whole-world.js';

/**
 * Somebody whose card is to be renewed: the form by link and for staff; and the pages of who has time left.
 * @returns who goes where on the pages about them
 */
export async function renewalPlaces(
  program: TestApp,
  given: Given,
  { written, carerId, myCard }: { written: (text: string) => string; carerId: string; myCard: string },
): Promise<Record<string, [Visitor, ...string[]][]>> {
  const { cardholder, card } = await given.card({
    firstName: written('Wilma'),
    lastName: written('Renewson'),
    address: written('8 Sea Road'),
  });
  await program
    .get(Database)
    .query(`UPDATE card SET valid_until = $2::date WHERE id = $1`, [card.id, program.clock.today()]);
  return {
    '/my-card/:token/renew': [
      ['nobody', `/my-card/${program.get(CardLinks).tokenFor(cardholder)}/renew`, `${myCard}/renew`],
    ],
    '/account/card/renew': [['carer', '/account/card/renew']],
    '/account/cards/:holder/renew': [['carer', `/account/cards/${carerId}/renew`]],
    '/staff/applications/renew/:holder': [['registrar', `/staff/applications/renew/${cardholder.id}`]],
  };
}
