import { AccessModule } from '@carers/access';
import { AuditModule } from '@carers/audit';
import { Cards } from '@carers/cards';
import { Database, DatabaseModule, KernelModule } from '@carers/database';
import { JobsModule } from '@carers/jobs';
import { Clock, SetClock } from '@carers/kernel';
import { MessagesModule } from '@carers/messages';
import { PagesModule } from '@carers/pages';
import { bundledScheme, Places, SchemeBrandModule, SchemeService } from '@carers/places';
import { SettingsModule } from '@carers/settings';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { Readable } from 'node:stream';
import { testDatabase } from '../../../../../test/support/database.js';
import { testSettings } from '../../../../../test/support/settings.js';
import { InformationService } from '../../information-service.js';
import { InformationServiceModule } from '../../information-service.module.js';
import { BulkRegistrations } from '../bulk-registrations.js';
import { SubscriberEvents } from '../../subscriber-events.js';
import { Registrations } from '../registrations.js';
import { ImportCheck } from './import-check.js';
import { ImportRetention } from './import-retention.js';
import { ImportRun } from './import-run.js';
import { Imports } from './imports.js';
import { ImportMovedOn, ImportNotAList } from './imports.problems.js';
import type { ConsentProof } from './subscriber-import.entity.js';

const actor = { kind: 'system', id: 'import:subscribers' } as const;
const clock = new SetClock('2026-11-21T10:00:00Z');
const proof: ConsentProof = { wording: 'Please send me the carers newsletter.', kept: 'Paper forms, room 4' };

let app: TestingModule;
let database: Database;
let imports: Imports;
let carersServiceId: string;

beforeAll(async () => {
  app = await Test.createTestingModule({
    imports: [
      SettingsModule.with(testSettings(await testDatabase())),
      KernelModule,
      DatabaseModule.connectedAs('subscriber import test'),
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
  imports = app.get(Imports);
  const schemes = app.get(SchemeService, { strict: false });
  await schemes.loadScheme(await bundledScheme('dorset'));
  const { regions } = await schemes.current();
  const { regionId } = await app.get(Places, { strict: false }).find('BH15 1HJ');
  carersServiceId = regions.find(({ id }) => id === regionId)!.carersServiceId;
});
afterAll(() => app?.close());

const upload = (csv: string | Buffer) =>
  imports.upload(Readable.from([Buffer.from(csv as string)]), { fileName: 'list.csv', carersServiceId }, actor);

async function checked(csv: string | Buffer, consent: ConsentProof | null = null): Promise<string> {
  const list = await upload(csv);
  await imports.check(list.id, await imports.mappingOf(list), consent, actor);
  await app.get(ImportCheck).run(list.id);
  return list.id;
}

async function committed(csv: string | Buffer, consent: ConsentProof | null = null): Promise<string> {
  const id = await checked(csv, consent);
  await imports.commit(id, actor);
  await app.get(ImportRun).run(id);
  return id;
}

/** Counts without the states that no row is in. */
async function counts(id: string): Promise<Record<string, number>> {
  return Object.fromEntries(Object.entries(await imports.counts(id)).filter(([, n]) => n > 0));
}

const people = (lastName: string) =>
  database.query<{ id: string; subscriber: string; source: string; consents: string[] }>(
    `SELECT c.id, s.id AS subscriber, s.source_kind AS source, ARRAY(
       SELECT purpose || ' ' || channel || ' ' || active FROM subscription WHERE subscriber_id = s.id ORDER BY 1) AS consents
       FROM cardholder c JOIN subscriber s ON s.cardholder_id = c.id WHERE c.last_name = $1 ORDER BY c.id`,
    [lastName],
  );

async function registered(lastName: string, email: string) {
  const { regionId, postcode } = await app.get(Places, { strict: false }).find('BH15 1HJ');
  return database.transaction((tx) =>
    app.get(Registrations).registerWithoutCard(
      tx,
      {
        firstName: 'Nora',
        lastName,
        birthDate: null,
        email,
        mobile: null,
        contactChannel: 'email',
        address: null,
        postcode,
        regionId,
        caringRoles: [],
      },
      { source: { kind: 'web' }, consents: [], how: 'web', actor },
    ),
  );
}

describe('a list from elsewhere', () => {
  it('is read however messy it is, and each bad row says what to do', async () => {
    const csv =
      'Carer Name;D.O.B.;E-mail;Telephone;Address;Town;Post Code;Notes\r\n' +
      'Mrs Zoë Barton;3/4/1961;ZOE@example.org ;;;;bh151hj;x\r\n' +
      '"O\'Neill, Patrick";03-Apr-61;;7700900301;"Flat 2\r\n1 Quay";Poole;BH15 1HJ;\r\n' +
      ';;;;;;;\r\n' +
      'No Contact;;;01632 960001;;;BH15 1HJ;\r\n' +
      'Bad Date;31/2/1990;bad.date@example.org;;;;BH15 1HJ;\r\n' +
      'Far Away;;far@example.org;;;;SW1A 1AA;\r\n' +
      'Other Service;;other@example.org;;;;DT1 1XJ;\r\n' +
      'Tiny Child;1/1/2018;tiny@example.org;;;;BH15 1HJ;\r\n' +
      'Wrong Mail;;not an address;;;;BH15 1HJ;\r\n' +
      'zoe barton;;zoe@example.org;;;;;\r\n' +
      'Zoe Barton;;zoe@example.org;;;;BH15 1HJ;\r\n' +
      'Just Posted;22374;;01202 960001;9 Hill;Poole;BH15 1HJ;\r\n';
    const id = await checked(Buffer.from(csv, 'latin1'));
    expect(await counts(id)).toEqual({ ready: 3, repeated: 1, bad: 7 });
    const bad = await imports.rows(id, 'bad', 0, 100);
    expect(bad.map(({ line, problems }) => [line, problems[0]!.message.split(':')[1]])).toEqual([
      [6, 'import.rows.no-contact'],
      [7, 'import.rows.born-wrong'],
      [8, 'problems.outside-territory'],
      [9, 'import.rows.other-service'],
      [10, 'import.rows.child'],
      [11, 'registering.email-wrong'],
      [12, 'registering.postcode-missing'],
    ]);
    const [repeated] = await imports.rows(id, 'repeated', 0);
    expect(repeated!.problems[0]!.params).toEqual({ line: 2 });
    // A dry run: nobody is there yet.
    expect(await people('Barton')).toEqual([]);

    await imports.commit(id, actor);
    await app.get(ImportRun).run(id);
    expect(await counts(id)).toEqual({ registered: 3, repeated: 1, bad: 7 });
    expect(await people('Barton')).toMatchObject([{ source: 'import', consents: [] }]);
    expect(await people("O'Neill")).toHaveLength(1);
    const welcomes = await database.query(`SELECT 1 FROM outgoing_message WHERE template LIKE 'information-service/%'`);
    expect(welcomes).toEqual([]);
  });

  it('takes UTF-8 with a mark, tabs and commas alike, and refuses what is no list', async () => {
    const tabs = '\ufeffFirst Name\tSurname\tEmail\tPostcode\nŁucja\tTabs\tlucja@example.org\tBH15 1HJ\n';
    await committed(tabs);
    expect(await people('Tabs')).toHaveLength(1);
    for (const csv of ['', 'First name,Surname\n', 'just text\nmore text\n']) {
      await expect(upload(csv)).rejects.toThrow(ImportNotAList);
    }
  });

  it('gives consent only with the words, the place, the day and the way, and never over an answer given here', async () => {
    const known = await registered('Proof', 'nora.proof@example.org');
    await database.transaction((tx) =>
      app
        .get(InformationService)
        .change(
          tx,
          known.subscriber.id,
          [{ purpose: 'carers_information', channel: 'email', given: false }],
          'phone',
          actor,
        ),
    );
    const left = await registered('Leaver', 'nora.leaver@example.org');
    await database.transaction((tx) => app.get(InformationService).leave(tx, left.subscriber.id, 'phone', actor));
    const csv =
      'First name,Last name,Email,Postcode,Consent email,Date of consent,Consent method\n' +
      'Nora,Proof,nora.proof@example.org,BH15 1HJ,yes,1/5/2024,paper form\n' +
      'Nora,Leaver,nora.leaver@example.org,BH15 1HJ,yes,1/5/2024,paper form\n' +
      'Whole,Whole,whole@example.org,BH15 1HJ,Y,1/5/2024,paper form\n' +
      'No,Noman,no@example.org,BH15 1HJ,no,1/5/2024,paper form\n' +
      'Day,Dayless,day@example.org,BH15 1HJ,yes,,paper form\n' +
      'Later,Laterman,later@example.org,BH15 1HJ,yes,1/5/2030,paper form\n';
    const id = await committed(csv, proof);
    expect(await counts(id)).toEqual({ registered: 4, already: 2 });
    const given = async (name: string) => (await people(name)).map(({ consents }) => consents);
    expect(await given('Proof')).toEqual([['carers_information email false']]);
    expect(await given('Leaver')).toEqual([[]]);
    expect(await given('Whole')).toEqual([['carers_information email true']]);
    expect(await given('Noman')).toEqual([['carers_information email false']]);
    expect(await given('Dayless')).toEqual([[]]);
    expect(await given('Laterman')).toEqual([[]]);
    const [event] = await database.query(
      `SELECT event.evidence, wording.words FROM consent_event event
         JOIN consent_wording wording ON wording.version = event.wording_version
        WHERE event.subscriber_id = $1`,
      [(await people('Whole'))[0]!.subscriber],
    );
    expect(event).toEqual({
      evidence: { givenOn: '2024-05-01', how: 'paper form', kept: proof.kept },
      words: { about: proof.wording },
    });
    const [still] = await database.query(`SELECT left_at FROM subscriber WHERE id = $1`, [left.subscriber.id]);
    expect(still).not.toEqual({ left_at: null });

    // The same list without proof for the whole: nobody has agreed to anything.
    await committed(csv.replace('Whole,Whole,whole@', 'Unproved,Unproved,unproved@'));
    expect(await given('Unproved')).toEqual([[]]);
  });

  it('knows cardholders, and asks about those who may be', async () => {
    const { regionId } = await app.get(Places, { strict: false }).find('BH15 1HJ');
    const holder = {
      firstName: 'Kim',
      lastName: 'Cardwell',
      birthDate: '1970-01-01',
      email: 'kim@example.org',
      mobile: null,
      contactChannel: 'email',
      address: null,
      postcode: 'BH15 1HJ',
      regionId,
      caringRoles: [],
    } as const;
    const issued = await database.transaction((tx) =>
      app.get(Cards, { strict: false }).issue(tx, { ...holder, caringRoles: [] }, actor),
    );
    const csv =
      'First name,Last name,Date of birth,Email,Postcode\n' +
      'Kim,Cardwell,1/1/1970,kim@example.org,BH15 1HJ\n' +
      'Kim,Cardwel,1/1/1970,else@example.org,BH15 1HJ\n' +
      'Kimberley,Cardwells,2/1/1970,kim@example.org,BH15 1HJ\n' +
      'Kit,Cardwoll,3/1/1970,kim@example.org,BH15 1HJ\n';
    const id = await checked(csv);
    expect(await counts(id)).toEqual({ known: 1, doubtful: 3 });
    const [row] = await imports.rows(id, 'doubtful', 0);
    expect(row!.likely).toMatchObject([{ cardholderId: issued.cardholder.id, firstName: 'Kim' }]);
    await imports.decide(id, 3, { sameAs: issued.cardholder.id }, actor);
    await imports.decide(id, 4, 'new', actor);
    await expect(imports.decide(id, 4, 'skip', actor)).rejects.toThrow(ImportMovedOn);
    await expect(imports.decide(id, 5, { sameAs: carersServiceId }, actor)).rejects.toThrow(ImportMovedOn);
    await imports.commit(id, actor);
    await app.get(ImportRun).run(id);
    expect(await counts(id)).toEqual({ registered: 2, already: 1, skipped: 1 });
    expect(await people('Cardwell')).toMatchObject([{ id: issued.cardholder.id }]);
  });

  it('changes nothing of people on another service’s list', async () => {
    const { subscriber } = await registered('Elsewhere', 'nora.elsewhere@example.org');
    const [other] = await database.query<{ id: string }>('SELECT id FROM carers_service WHERE id <> $1 LIMIT 1', [
      carersServiceId,
    ]);
    await database.query('UPDATE subscriber SET carers_service_id = $2 WHERE id = $1', [subscriber.id, other!.id]);
    const csv =
      'First name,Last name,Email,Postcode,Consent email,Date of consent,Consent method\n' +
      'Nora,Elsewhere,nora.elsewhere@example.org,BH15 1HJ,yes,1/5/2024,paper form\n';
    expect(await counts(await committed(csv, proof))).toEqual({ already: 1 });
    expect(await people('Elsewhere')).toMatchObject([{ consents: [] }]);
  });

  it('goes in once, whoever presses, runs or dies', async () => {
    const rows = Array.from({ length: 150 }, (_, n) => `Once,Person ${n},once${n}@example.org,BH15 1HJ`);
    const id = await checked(`First name,Last name,Email,Postcode\n${rows.join('\n')}\n`);
    await Promise.all([imports.commit(id, actor), imports.commit(id, actor)]);
    const queued = await database.query(
      `SELECT 1 FROM queue.job WHERE name = 'information-service.run-import' AND data ->> 'importId' = $1`,
      [id],
    );
    expect(queued).toHaveLength(1);
    const run = app.get(ImportRun);
    const enter = app.get(BulkRegistrations);
    // A worker that dies in the middle of its second batch leaves nothing half done.
    const whole = enter.register.bind(enter);
    let count = 0;
    enter.register = (...given) => {
      if (++count === 2) throw new Error('killed');
      return whole(...given);
    };
    await expect(run.run(id)).rejects.toThrow('killed');
    enter.register = whole;
    expect(await counts(id)).toEqual({ ready: 50, registered: 100 });
    await Promise.all([run.run(id), run.run(id)]);
    expect(await counts(id)).toEqual({ registered: 150 });
    const [sum] = await database.query(`SELECT count(*)::int AS n FROM cardholder WHERE first_name = 'Once'`);
    expect(sum).toEqual({ n: 150 });
    // The same file again: everybody is known.
    const again = await committed(`First name,Last name,Email,Postcode\n${rows.join('\n')}\n`);
    expect(await counts(again)).toEqual({ already: 150 });
  });

  it('leaves the same behind for one of many as for somebody registered alone', async () => {
    const alone = await registered('Alone', 'alone@example.org');
    await committed('First name,Last name,Email,Postcode\nNora,Amongmany,among@example.org,BH15 1HJ\n');
    const [many] = await people('Amongmany');
    const traces = async (id: string) => {
      const [row] = await database.query<{ subscriber: object; events: object; audit: object }>(
        `SELECT to_jsonb(s) - '{id,cardholder_id,source_kind,registered_at}'::text[] AS subscriber,
                (SELECT jsonb_agg(to_jsonb(e) - '{id,subscriber_id,at,how}'::text[]) FROM registration_event e
                  WHERE e.subscriber_id = s.id) AS events,
                (SELECT jsonb_agg(a.action) FROM audit_event a WHERE a.subject_id = s.id::text) AS audit
           FROM subscriber s WHERE s.id = $1`,
        [id],
      );
      return row;
    };
    expect(await traces(many!.subscriber)).toEqual(await traces(alone.subscriber.id));
  });

  it('announces the people of a batch together, each once', async () => {
    const told: string[][] = [];
    app.get(SubscriberEvents).onMany('registered', async (_tx, changes) => {
      told.push(changes.map(({ subscriberId }) => subscriberId));
      return Promise.resolve();
    });
    const rows = ['Tolda', 'Toldb', 'Toldc'].map((name) => `${name},Person,${name}@example.org,BH15 1HJ`);
    await committed(`First name,Last name,Email,Postcode\n${rows.join('\n')}\n`);
    expect(told.map((batch) => batch.length)).toEqual([3]);
    const known = await database.query<{ id: string }>(
      `SELECT s.id FROM subscriber s JOIN cardholder c ON c.id = s.cardholder_id WHERE c.first_name LIKE 'Told_'`,
    );
    expect(known.map(({ id }) => id).sort()).toEqual(told.flat().sort());
  });

  it('keeps no personal data longer than it must', async () => {
    const id = await committed('First name,Last name,Email,Postcode\nKept,Keptman,kept@example.org,BH15 1HJ\n');
    clock.advance({ hours: 24 * 29 });
    expect(await app.get(ImportRetention).erase()).toBe(0);
    const dropped = await checked('First name,Last name,Email,Postcode\nGone,Goneman,gone@example.org,BH15 1HJ\n');
    await imports.drop(dropped, actor);
    await expect(imports.commit(dropped, actor)).rejects.toThrow(ImportMovedOn);
    expect((await imports.sample(dropped))[0]).toEqual([]);
    clock.advance({ hours: 24 * 2 });
    expect(await app.get(ImportRetention).erase()).toBeGreaterThan(0);
    expect((await imports.sample(id))[0]).toEqual([]);
    expect(await counts(id)).toEqual({ registered: 1 });
  });
});
