import { AccessModule } from '@carers/access';
import { AuditModule } from '@carers/audit';
import { type Cardholder, Cards, type NewCardholder } from '@carers/cards';
import { Database, DatabaseModule, KernelModule, sqlStateOf } from '@carers/database';
import { JobsModule } from '@carers/jobs';
import { Clock, SetClock } from '@carers/kernel';
import { MessagesModule } from '@carers/messages';
import { PagesModule } from '@carers/pages';
import { bundledScheme, Places, SchemeBrandModule, SchemeService } from '@carers/places';
import { SettingsModule } from '@carers/settings';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { testDatabase } from '../../../test/support/database.js';
import { testSettings } from '../../../test/support/settings.js';
import { ConsentEvent } from './consent-event.entity.js';
import { InformationService, type NewRegistration } from './information-service.js';
import { InformationServiceModule } from './information-service.module.js';
import { WordingUnknown } from './information-service.problems.js';
import type { ConsentAnswer } from './purposes.js';
import type { Subscriber } from './subscriber.entity.js';

const self = { kind: 'applicant', id: 'test' } as const;
const clock = new SetClock('2026-11-21T10:00:00Z');
const newsByMail: ConsentAnswer = { purpose: 'carers_information', channel: 'email', given: true };
const offersByMail: ConsentAnswer = { purpose: 'business_offers', channel: 'email', given: false };

let app: TestingModule;
let database: Database;
let service: InformationService;

beforeAll(async () => {
  app = await Test.createTestingModule({
    imports: [
      SettingsModule.with(testSettings(await testDatabase())),
      KernelModule,
      DatabaseModule.connectedAs('information service test'),
      JobsModule.for('asks'),
      AuditModule,
      PagesModule,
      MessagesModule,
      SchemeBrandModule,
      AccessModule,
      InformationServiceModule,
    ],
  })
    .overrideProvider(Clock)
    .useValue(clock)
    .compile();
  await app.init();
  database = app.get(Database);
  service = app.get(InformationService);
  await app.get(SchemeService, { strict: false }).loadScheme(await bundledScheme('dorset'));
});
afterAll(() => app.close());

async function cardholder(person: Partial<NewCardholder> = {}): Promise<Cardholder> {
  const { regionId, postcode } = await app.get(Places, { strict: false }).find('BH1 1AA');
  const issued = await database.transaction((tx) =>
    app.get(Cards, { strict: false }).issue(
      tx,
      {
        firstName: 'Ruth',
        lastName: 'Okafor',
        birthDate: '1958-02-03',
        email: 'ruth@example.org',
        mobile: '+447700900123',
        contactChannel: 'email',
        address: '1 Sea Road\nBournemouth',
        postcode,
        regionId,
        caringRoles: ['adult_carer'],
        ...person,
      },
      self,
    ),
  );
  return issued.cardholder;
}

async function registered(sign: Partial<NewRegistration> = {}): Promise<Subscriber> {
  const holder = sign.cardholder ?? (await cardholder());
  const { subscriber } = await database.transaction((tx) =>
    service.register(tx, signUp({ ...sign, cardholder: holder })),
  );
  return subscriber;
}

function signUp(sign: Partial<NewRegistration> & { cardholder: Cardholder }): NewRegistration {
  return { source: { kind: 'application' }, consents: [newsByMail, offersByMail], how: 'web', actor: self, ...sign };
}

async function welcomes({ id }: Pick<Subscriber, 'id'>): Promise<string[]> {
  const rows = await database.query<{ channel: string }>(
    `SELECT channel FROM outgoing_message WHERE template = 'information-service/welcome' AND about_id = $1`,
    [id],
  );
  return rows.map(({ channel }) => channel);
}

const ledgerOf = ({ id }: Subscriber) =>
  database.reader.find(ConsentEvent, { where: { subscriberId: id }, order: { number: 'ASC' } });
const decisionsOf = async (subscriber: Subscriber) => (await ledgerOf(subscriber)).map(({ decision }) => decision);
const change = (subscriber: Subscriber, answers: ConsentAnswer[]) =>
  database.transaction((tx) => service.change(tx, subscriber.id, answers, 'link', self));

describe('registering', () => {
  it('keeps both answers with the words that were read, refusals too', async () => {
    const subscriber = await registered();
    const events = await ledgerOf(subscriber);
    expect(events.map(({ purpose, decision }) => [purpose, decision])).toEqual([
      ['carers_information', 'given'],
      ['business_offers', 'refused'],
    ]);
    expect(events[0]).toMatchObject({
      channel: 'email',
      how: 'web',
      askedByKind: 'applicant',
      askedById: 'test',
      at: clock.now(),
      carersServiceId: subscriber.carersServiceId,
    });
    const [kept] = await database.query<{ words: Record<string, string> }>(
      'SELECT words FROM consent_wording WHERE version = $1',
      [events[0]!.wordingVersion],
    );
    expect(kept!.words['carers_information.question']).toMatch(/information for carers/);
    expect(events[0]!.wordingVersion).toBe(service.wording('en-GB').version);
  });

  it('goes to the carers service of the region', async () => {
    const holder = await cardholder();
    const subscriber = await registered({ cardholder: holder });
    const { regions } = await app.get(SchemeService, { strict: false }).current();
    expect(subscriber.carersServiceId).toBe(regions.find(({ id }) => id === holder.regionId)!.carersServiceId);
  });

  it('happens once for a cardholder, however often and however closely it is asked', async () => {
    const holder = await cardholder();
    const twice = await Promise.all(
      [1, 2].map(() => database.transaction((tx) => service.register(tx, signUp({ cardholder: holder })))),
    );
    const again = await database.transaction((tx) =>
      service.register(tx, signUp({ cardholder: holder, consents: [{ ...newsByMail, given: false }] })),
    );
    expect([...twice, again].filter(({ created }) => created)).toHaveLength(1);
    expect(new Set([...twice, again].map(({ subscriber }) => subscriber.id)).size).toBe(1);
    expect(await decisionsOf(again.subscriber)).toEqual(['given', 'refused']);
    expect(await welcomes(again.subscriber)).toEqual(['email']);
  });

  it('leaves nothing behind, and no message, when its transaction fails', async () => {
    const holder = await cardholder();
    const attempt = database.transaction(async (tx) => {
      await service.register(tx, signUp({ cardholder: holder }));
      throw new Error('the card could not be issued');
    });
    await expect(attempt).rejects.toThrow('the card could not be issued');
    const [left] = await database.query<Record<string, number>>(
      `SELECT (SELECT count(*) FROM subscriber WHERE cardholder_id = $1) AS people,
              (SELECT count(*) FROM outgoing_message m WHERE m.about_kind = 'subscriber'
                AND NOT EXISTS (SELECT 1 FROM subscriber s WHERE s.id::text = m.about_id)) AS messages,
              (SELECT count(*) FROM consent_event e WHERE NOT EXISTS
                (SELECT 1 FROM subscriber s WHERE s.id = e.subscriber_id)) AS events`,
      [holder.id],
    );
    expect(left).toEqual({ people: 0, messages: 0, events: 0 });
  });

  it('refuses answers to words that nobody kept', async () => {
    await expect(registered({ wordingVersion: '2019-01.en-GB.0000000000' })).rejects.toThrow(WordingUnknown);
  });
});

describe('the welcome', () => {
  const yes = (channel: 'email' | 'text' | 'post'): ConsentAnswer => ({
    purpose: 'carers_information',
    channel,
    given: true,
  });

  it('comes by the person’s own channel where they said yes to it', async () => {
    const holder = await cardholder({ contactChannel: 'text' });
    expect(await welcomes(await registered({ cardholder: holder, consents: [yes('email'), yes('text')] }))).toEqual([
      'text',
    ]);
  });

  it('comes by another channel with a yes when the own one has a no', async () => {
    const holder = await cardholder({ contactChannel: 'text' });
    expect(await welcomes(await registered({ cardholder: holder, consents: [yes('post')] }))).toEqual(['post']);
  });

  it('does not come without a yes to carers information', async () => {
    const offersOnly = [
      { ...offersByMail, given: true },
      { ...newsByMail, given: false },
    ];
    expect(await welcomes(await registered({ consents: offersOnly }))).toEqual([]);
    expect(await welcomes(await registered({ consents: [] }))).toEqual([]);
  });

  it('does not come by a channel for which we have no address', async () => {
    const holder = await cardholder({ email: null, contactChannel: 'post' });
    expect(await welcomes(await registered({ cardholder: holder }))).toEqual([]);
  });
});

describe('the ledger', () => {
  it('is append-only: the database refuses to change or delete a row', async () => {
    const subscriber = await registered();
    const attempts = [
      `UPDATE consent_event SET decision = 'given' WHERE subscriber_id = '${subscriber.id}'`,
      `DELETE FROM consent_event WHERE subscriber_id = '${subscriber.id}'`,
      `UPDATE registration_event SET fact = 'left' WHERE subscriber_id = '${subscriber.id}'`,
      `DELETE FROM registration_event WHERE subscriber_id = '${subscriber.id}'`,
      `UPDATE consent_wording SET words = '{}'`,
      `DELETE FROM consent_wording`,
      `TRUNCATE consent_event`,
      `TRUNCATE registration_event`,
    ];
    for (const attempt of attempts) {
      const error: unknown = await database.query(attempt).then(
        () => null,
        (refusal: unknown) => refusal,
      );
      expect([attempt, sqlStateOf(error)]).toEqual([attempt, '42501']);
    }
    expect(await decisionsOf(subscriber)).toEqual(['given', 'refused']);
  });

  it('gets a row for each answer that differs, and none for one that does not', async () => {
    const subscriber = await registered();
    expect(await change(subscriber, [newsByMail, offersByMail])).toBe(0);
    expect(
      await change(subscriber, [
        { ...newsByMail, given: false },
        { ...offersByMail, given: true },
      ]),
    ).toBe(2);
    expect(await decisionsOf(subscriber)).toEqual(['given', 'refused', 'withdrawn', 'given']);
  });

  it('gives the present state again when it is read from the start', async () => {
    const subscriber = await registered();
    await change(subscriber, [{ ...newsByMail, given: false }]);
    await change(subscriber, [{ ...newsByMail, channel: 'post' }]);
    const [{ differing }] = (await database.query<{ differing: number }>(
      `SELECT count(*) AS differing FROM (
         SELECT DISTINCT ON (subscriber_id, purpose, channel) subscriber_id, purpose, channel, decision = 'given' AS active
           FROM consent_event ORDER BY subscriber_id, purpose, channel, number DESC) last
         FULL JOIN subscription s USING (subscriber_id, purpose, channel)
        WHERE last.active IS DISTINCT FROM s.active`,
    )) as [{ differing: number }];
    expect(differing).toBe(0);
  });
});

describe('the door before sending', () => {
  const may = (subscriber: Subscriber) => service.mayReceive(subscriber.id, 'carers_information', 'email');

  it('is open only for the purpose and channel with a yes', async () => {
    const subscriber = await registered();
    expect(await may(subscriber)).toBe(true);
    expect(await service.mayReceive(subscriber.id, 'business_offers', 'email')).toBe(false);
    expect(await service.mayReceive(subscriber.id, 'carers_information', 'text')).toBe(false);
  });

  it('closes with one step and opens with one step', async () => {
    const subscriber = await registered();
    const what = { purpose: 'carers_information', channel: 'email' } as const;
    expect(await database.transaction((tx) => service.withdraw(tx, subscriber.id, what, 'link', self))).toBe(1);
    expect(await may(subscriber)).toBe(false);
    expect(await database.transaction((tx) => service.withdraw(tx, subscriber.id, what, 'link', self))).toBe(0);
    expect(await database.transaction((tx) => service.give(tx, subscriber.id, what, 'link', self))).toBe(1);
    expect(await may(subscriber)).toBe(true);
  });

  it('is closed during a pause and opens on the day it ends', async () => {
    const subscriber = await registered();
    await database.transaction((tx) => service.prefer(tx, subscriber.id, { pausedUntil: '2026-12-01' }, 'link', self));
    expect(await may(subscriber)).toBe(false);
    clock.set('2026-12-01T00:30:00Z');
    expect(await may(subscriber)).toBe(true);
    clock.set('2026-11-21T10:00:00Z');
  });

  it('is closed for somebody who left, whose card stays as it was; a yes brings them back', async () => {
    const subscriber = await registered();
    await database.transaction((tx) => service.leave(tx, subscriber.id, 'link', self));
    await database.transaction((tx) => service.leave(tx, subscriber.id, 'link', self));
    expect(await may(subscriber)).toBe(false);
    const [card] = await database.query('SELECT status FROM card WHERE cardholder_id = $1', [subscriber.cardholderId]);
    expect(card).toEqual({ status: 'active' });
    await change(subscriber, [newsByMail]);
    expect(await may(subscriber)).toBe(true);
    const facts = await database.query('SELECT fact FROM registration_event WHERE subscriber_id = $1 ORDER BY number', [
      subscriber.id,
    ]);
    expect(facts).toEqual([{ fact: 'registered' }, { fact: 'left' }, { fact: 'returned' }]);
  });
});
