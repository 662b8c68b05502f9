import { Accounts } from '@carers/access';
import { Cardholder } from '@carers/cards';
import { Database } from '@carers/database';
import { InformationService, LetterCodes, type Subscriber, SubscriberHolds } from '@carers/information-service';
import { Suppressions } from '@carers/suppression';
import { CaringEnds } from '../../libs/information-service/src/holds/caring-ends.js';
import { Households } from '../../libs/information-service/src/holds/households.js';
import { ReturnedPost } from '../../libs/information-service/src/holds/returned-post.js';
import type { TestApp } from '../support/app.js';
import type { Given } from '../support/given.js';
import type { Visitor } from './whole-world.js';

/**
 * Somebody who died, with others in the same home; somebody whose caring ended; and letters that came back.
 * @returns who goes where on the pages about them
 */
export async function suppressionPlaces(
  program: TestApp,
  { given, written }: { given: Given; written: (text: string) => string },
): Promise<Record<string, [Visitor, ...string[]][]>> {
  const database = program.get(Database);
  const holds = program.get(SubscriberHolds);
  const officer = await database.transaction((tx) =>
    program.get(Accounts).ensure(tx, { email: 'carers_service_officer@staff.example', name: written('Sam Sample') }),
  );
  const actor = { kind: 'account', id: officer } as const;
  const told = { how: 'phone', actor, why: written('Her sister rang') } as const;
  const enter = async (firstName: string): Promise<Subscriber> => {
    const { cardholder } = await given.card({
      firstName: written(firstName),
      lastName: written('Harbour'),
      address: written('4 Quay Road'),
    });
    const { subscriber } = await database.transaction((tx) =>
      program.get(InformationService).register(tx, {
        cardholder,
        source: { kind: 'paper' },
        consents: [{ purpose: 'carers_information', channel: 'post', given: true }],
        how: 'paper',
        actor,
      }),
    );
    return subscriber;
  };
  const [died, other, former] = [await enter('Peter'), await enter('Wendy'), await enter('Jane')];
  await database.transaction(async (tx) => {
    const cardholder = await tx.findOneByOrFail(Cardholder, { id: died.cardholderId });
    await holds.hold(tx, died.id, 'deceased', told);
    await program.get(Households).stopPost(tx, died.id, cardholder, actor);
    const { email } = await tx.findOneByOrFail(Cardholder, { id: former.cardholderId });
    if (email)
      await program.get(Suppressions).suppress(tx, { channel: 'email', address: email, reason: 'bounced' }, actor);
  });
  const cardUntil = await program.get(CaringEnds).cardUntil('2026-11-01');
  await database.transaction((tx) =>
    program.get(CaringEnds).record(tx, former.id, { endedOn: '2026-11-01', cardUntil, meanwhile: 'as_before' }, told),
  );
  const about = { kind: 'test', id: 'whole world' };
  const [code] = await database.transaction((tx) =>
    program.get(LetterCodes).issue(tx, [{ subscriberId: other.id, about }]),
  );
  await program.get(ReturnedPost).take(code!, 'gone_away', null, actor, '');

  const as = 'carers_service_officer';
  const of = ({ id }: Subscriber, end: string) => `/staff/subscribers/${id}/${end}`;
  return {
    '/staff/information-service/returned-post': [[as, '/staff/information-service/returned-post']],
    '/staff/subscribers/:id/situation': [[as, ...[died, other, former].map((each) => of(each, 'situation'))]],
    '/staff/subscribers/:id/died': [[as, of(other, 'died')]],
    '/staff/subscribers/:id/caring-ended': [[as, of(other, 'caring-ended')]],
    '/staff/subscribers/:id/caring-goes-on': [[as, of(former, 'caring-goes-on')]],
    '/staff/subscribers/:id/hold': [[as, of(other, 'hold')]],
    '/staff/subscribers/:id/lift/:reason': [[as, of(died, 'lift/deceased')]],
    '/staff/subscribers/:id/release/:channel': [[as, of(other, 'release/post')]],
  };
}
