import { Audit } from '@carers/audit';
import { Cardholder } from '@carers/cards';
import { Database } from '@carers/database';
import { Messages, OutgoingMessage, Transport } from '@carers/messages';
import { type Reason, reasons, Suppressions } from '@carers/suppression';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../../../test/support/app.js';
import { Given } from '../../../../test/support/given.js';
import { InformationService } from '../information-service.js';
import { type Channel, channels, type ConsentAnswer, purposes } from '../purposes.js';
import type { Subscriber } from '../subscriber.entity.js';
import { addressOf } from '../welcome.js';
import { type HoldReason, holdReasons } from './hold-reasons.js';
import { LastDoor } from './last-door.js';
import { SubscriberHold } from './subscriber-hold.entity.js';
import { SubscriberHoldEvent } from './subscriber-hold-event.entity.js';
import { SubscriberHolds } from './subscriber-holds.js';

const officer = { kind: 'account', id: 'officer' } as const;
const told = { how: 'phone', actor: officer, why: 'Her sister rang.' } as const;
const yesToAll: ConsentAnswer[] = purposes.flatMap((purpose) =>
  channels.map((channel) => ({ purpose, channel, given: true })),
);

let program: TestApp;
let database: Database;
let service: InformationService;
let holds: SubscriberHolds;
let suppressions: Suppressions;
let lastDoor: LastDoor;
let given: Given;
let left: string[] = [];
let count = 0;

beforeAll(async () => {
  program = await startTestApp();
  given = new Given(program);
  await given.scheme();
  database = program.get(Database);
  service = program.get(InformationService);
  holds = program.get(SubscriberHolds);
  suppressions = program.get(Suppressions);
  lastDoor = program.get(LastDoor);
  program.get(Transport).deliver = ({ to }) => {
    left.push(to);
    return Promise.resolve('sent');
  };
});
afterAll(() => program?.close());
afterEach(() => {
  left = [];
});

/** Somebody who may be reached by everything, and said yes to all of it. */
async function person(consents = yesToAll): Promise<{ subscriber: Subscriber; cardholder: Cardholder }> {
  const number = ++count;
  const { cardholder } = await given.card({
    firstName: 'Ruth',
    lastName: `Okafor ${number}`,
    email: `ruth${number}@example.org`,
    mobile: `+4477009${String(number).padStart(5, '0')}`,
    address: `${number} Sea Road\nBournemouth`,
  });
  const { subscriber } = await database.transaction((tx) =>
    service.register(tx, { cardholder, source: { kind: 'paper' }, consents, how: 'paper', actor: officer }),
  );
  await program.work();
  left = [];
  return { subscriber, cardholder };
}

/** What LastDoor says of one person by one channel: an address, or why not. */
async function door({ id }: Subscriber, channel: Channel): Promise<string> {
  const opened = (await lastDoor.open(database.reader, 'carers_information', [{ subscriberId: id, channel }])).get(id)!;
  return 'address' in opened ? opened.address : opened.held;
}

/** Queues a message of another lib to somebody, does the work, and gives what became of it. */
async function stateOfMessage(cardholder: Cardholder, channel: Channel): Promise<string> {
  const id = await database.transaction((tx) =>
    program.get(Messages).queue(tx, {
      to: {
        channel,
        address: addressOf(cardholder, channel)!,
        name: `${cardholder.firstName} ${cardholder.lastName}`,
      },
      template: 'cards/contact-changed',
      params: { firstName: 'Ruth' },
    }),
  );
  await program.work();
  return (await database.reader.findOneByOrFail(OutgoingMessage, { id })).state;
}

const hold = ({ id }: Subscriber, reason: HoldReason) => database.transaction((tx) => holds.hold(tx, id, reason, told));
const lift = ({ id }: Subscriber, reason: HoldReason) => database.transaction((tx) => holds.lift(tx, id, reason, told));
const suppress = (cardholder: Cardholder, channel: Channel, reason: Reason) =>
  database.transaction((tx) =>
    suppressions.suppress(tx, { channel, address: addressOf(cardholder, channel)!, reason }, officer),
  );

describe('the last door', () => {
  it('opens for who said yes, with the address as it is now', async () => {
    const { subscriber, cardholder } = await person();
    for (const channel of channels) expect(await door(subscriber, channel)).toBe(addressOf(cardholder, channel));
    expect(await door(subscriber, 'post')).toMatch(/^\d+ Sea Road\nBournemouth\n\S+ \S+$/);
  });

  // Every reason there is, by the list itself: one that is added tomorrow is tried here too.
  it.each(reasons.flatMap((reason) => channels.map((channel) => [reason, channel] as const)))(
    'lets nothing out to an address that is %s, by %s: neither a bulletin nor any other message',
    async (reason, channel) => {
      const { subscriber, cardholder } = await person();
      await suppress(cardholder, channel, reason);
      expect(await door(subscriber, channel)).toBe(reason);
      expect(await stateOfMessage(cardholder, channel)).toBe('suppressed');
      expect(left).toEqual([]);
    },
  );

  it.each(holdReasons.flatMap((reason) => channels.map((channel) => [reason, channel] as const)))(
    'lets nothing out to a person who is held as %s, by %s, until the hold is lifted',
    async (reason, channel) => {
      const { subscriber, cardholder } = await person();
      expect([await hold(subscriber, reason), await hold(subscriber, reason)]).toEqual([true, false]);
      expect(await door(subscriber, channel)).toBe(reason);
      // Who moved is still told about the card by e-mail and text.
      const aboutCard = reason === 'moved_away' && channel !== 'post';
      expect(await stateOfMessage(cardholder, channel)).toBe(aboutCard ? 'sent' : 'suppressed');
      expect(left).toHaveLength(aboutCard ? 1 : 0);
      expect([await lift(subscriber, reason), await lift(subscriber, reason)]).toEqual([true, false]);
      expect(await door(subscriber, channel)).toBe(addressOf(cardholder, channel));
      expect(await stateOfMessage(cardholder, channel)).toBe('sent');
    },
  );

  it('asks of consent, leaving, pauses and addresses too', async () => {
    const one = await person(yesToAll.filter(({ channel }) => channel === 'email'));
    expect(await door(one.subscriber, 'text')).toBe('no_consent');
    await database.transaction((tx) => tx.update(Cardholder, { id: one.cardholder.id }, { email: null }));
    expect(await door(one.subscriber, 'email')).toBe('no_address');
    const other = await person();
    const change = (pausedUntil: string | null) =>
      database.transaction((tx) => service.prefer(tx, other.subscriber.id, { pausedUntil }, 'phone', officer));
    await change('2027-01-01');
    expect(await door(other.subscriber, 'email')).toBe('paused');
    await change(null);
    await database.transaction((tx) => service.leave(tx, other.subscriber.id, 'phone', officer));
    expect(await door(other.subscriber, 'email')).toBe('left');
    const nobody = '0198f2f0-0000-7000-8000-000000000000';
    const doors = await lastDoor.open(database.reader, 'business_offers', [{ subscriberId: nobody, channel: 'email' }]);
    expect(doors.get(nobody)).toEqual({ held: 'unknown' });
  });

  it('takes a thousand people in two statements, and no more people than that', async () => {
    const { subscriber } = await person();
    const others = Array.from({ length: 999 }, (_, index) => ({
      subscriberId: `0198f2f0-0000-7000-8000-${String(index).padStart(12, '0')}`,
      channel: 'email' as const,
    }));
    const knocks = [...others, { subscriberId: subscriber.id, channel: 'email' as const }];
    let statements = 0;
    const counting = new Proxy(database.reader, {
      get: (target, name) => {
        if (name === 'query') statements++;
        return Reflect.get(target, name) as unknown;
      },
    });
    const doors = await lastDoor.open(counting, 'carers_information', knocks);
    expect([doors.size, statements]).toEqual([1000, 2]);
    await expect(lastDoor.open(database.reader, 'carers_information', [...knocks, knocks[0]!])).rejects.toThrow(
      RangeError,
    );
  });
});

describe('a hold', () => {
  it('stops the card of somebody who died, and lets it work again when that was a mistake', async () => {
    const { subscriber, cardholder } = await person();
    const cardStatus = async () =>
      (
        await database.query<{ status: string }>('SELECT status FROM card WHERE cardholder_id = $1', [cardholder.id])
      )[0]!.status;
    await hold(subscriber, 'deceased');
    expect(await cardStatus()).toBe('suspended');
    await lift(subscriber, 'deceased');
    expect(await cardStatus()).toBe('active');
    // One that a registrar had stopped for another reason stays stopped.
    await database.query(`UPDATE card SET status = 'suspended' WHERE cardholder_id = $1`, [cardholder.id]);
    await hold(subscriber, 'deceased');
    await lift(subscriber, 'deceased');
    expect(await cardStatus()).toBe('suspended');
  });

  it('of one of a couple with one mailbox says nothing of the other', async () => {
    const [one, other] = [await person(), await person()];
    await database.transaction((tx) =>
      tx.update(Cardholder, { id: other.cardholder.id }, { email: one.cardholder.email }),
    );
    await hold(one.subscriber, 'deceased');
    expect(await door(one.subscriber, 'email')).toBe('deceased');
    expect(await door(other.subscriber, 'email')).toBe(one.cardholder.email);
  });

  it('is in a ledger that nobody can rewrite, and what holds now follows from it', async () => {
    const people = [await person(), await person()];
    for (const { subscriber } of people)
      await Promise.all([hold(subscriber, 'under_review'), hold(subscriber, 'under_review')]);
    await lift(people[0]!.subscriber, 'under_review');
    await hold(people[0]!.subscriber, 'moved_away');
    for (const { subscriber } of people) {
      const events = await database.reader.find(SubscriberHoldEvent, {
        where: { subscriberId: subscriber.id },
        order: { number: 'ASC' },
      });
      expect(events.map(({ number }) => number)).toEqual(events.map((_, index) => index + 1));
      const derived = new Map(events.map(({ reason, fact }) => [reason, fact === 'held']));
      const kept = await database.reader.findBy(SubscriberHold, { subscriberId: subscriber.id });
      expect(new Map(kept.map(({ reason, active }) => [reason, active]))).toEqual(derived);
    }
    await expect(database.query(`UPDATE subscriber_hold_event SET fact = 'lifted'`)).rejects.toThrow(/only ever added/);
    await expect(database.query('DELETE FROM subscriber_hold_event')).rejects.toThrow(/only ever added/);
  });

  it('is told of in the audit trail with the reason, and to nobody by any message', async () => {
    const { subscriber } = await person();
    const messages = () => database.reader.count(OutgoingMessage);
    const before = await messages();
    await hold(subscriber, 'deceased');
    await lift(subscriber, 'deceased');
    await program.work();
    expect([await messages(), left]).toEqual([before, []]);
    const history = await program.get(Audit).historyOf({ kind: 'subscriber', id: subscriber.id });
    const facts = history.filter(({ action }) => /held|lifted/.test(action));
    expect(facts.map(({ action, actorId, reason }) => [action, actorId, reason])).toEqual([
      ['subscriber.lifted', 'officer', 'Her sister rang.'],
      ['subscriber.held', 'officer', 'Her sister rang.'],
    ]);
  });
});
