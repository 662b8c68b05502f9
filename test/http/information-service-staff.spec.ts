import { randomUUID } from 'node:crypto';
import { Accounts, type Role, type Scope } from '@carers/access';
import { Audit } from '@carers/audit';
import { type Cardholder, type NewCardholder } from '@carers/cards';
import { Database } from '@carers/database';
import { type ConsentAnswer, InformationService, type SourceKind, type Subscriber } from '@carers/information-service';
import { Places, SchemeService } from '@carers/places';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { Secret, TOTP } from 'otpauth';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given } from '../support/given.js';
import { Browser } from './access-browser.js';

const applicant = { kind: 'applicant', id: 'test' } as const;
const yes = (channel: ConsentAnswer['channel']): ConsentAnswer => ({
  purpose: 'carers_information',
  channel,
  given: true,
});
const list = '/staff/subscribers';

let program: TestApp;
let given: Given;
let database: Database;
let count = 0;
/** The carers services of Bournemouth and of Dorchester. */
let here: string;
let there: string;

beforeAll(async () => {
  program = await startTestApp();
  given = new Given(program);
  database = program.get(Database);
  await given.scheme();
  const { regions } = await program.get(SchemeService).current();
  const serviceOf = async (postcode: string) => {
    const { regionId } = await program.get(Places).find(postcode);
    return regions.find(({ id }) => id === regionId)!.carersServiceId;
  };
  [here, there] = [await serviceOf('BH1 1AA'), await serviceOf('DT1 1XJ')];
  expect(here).not.toBe(there);
});
afterAll(() => program?.close());
beforeEach(() => database.pool.query('TRUNCATE rate_limit'));

async function person(
  details: Partial<NewCardholder> = {},
  consents: ConsentAnswer[] = [yes('email')],
  source: { kind: SourceKind; code?: string } = { kind: 'application' },
): Promise<{ cardholder: Cardholder; subscriber: Subscriber; path: string }> {
  const { cardholder } = await given.card({
    email: 'ruth@example.org',
    mobile: '+447700900123',
    contactChannel: 'email',
    ...details,
  });
  program.clock.advance({ seconds: 1 });
  const { subscriber } = await database.transaction((tx) =>
    program.get(InformationService).register(tx, { cardholder, source, consents, how: 'web', actor: applicant }),
  );
  return { cardholder, subscriber, path: `${list}/${subscriber.id}` };
}

/** Somebody signed in, with both factors where a role needs them. */
async function signedIn(role: Role, scope: Scope | null = null): Promise<Browser> {
  const email = `reader${++count}@example.org`;
  await database.transaction(async (tx) => {
    const id = await program.get(Accounts).ensure(tx, { email, name: 'Olive Ofori' });
    await program.get(Accounts).grant(tx, id, role, scope);
  });
  const browser = new Browser(program);
  await browser.signIn(email);
  const setUp = await browser.get('/sign-in/second-factor/set-up');
  const secret = /<bdi dir="ltr">([A-Z2-7 ]+)<\/bdi>/.exec(setUp.text)?.[1]?.replace(/ /g, '');
  if (secret) {
    const code = TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: program.clock.now().getTime() });
    await browser.submit('/sign-in/second-factor/set-up', { code });
  }
  return browser;
}

const officerOf = (service: string) => signedIn('carers_service_officer', { kind: 'carers_service', id: service });

/** The text of a page with its attributes as a browser reads them. */
const decoded = (html: string) => html.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&');

describe('who sees whom', () => {
  it('is a matter of role and carers service', async () => {
    const one = await person({ firstName: 'Hereward', lastName: 'Poole' });
    const other = await person({ firstName: 'Theresa', lastName: 'Dorn', postcode: 'DT1 1XJ' });
    const readers = {
      'officer here': await officerOf(here),
      'officer there': await officerOf(there),
      'officer of all': await signedIn('carers_service_officer'),
      administrator: await signedIn('administrator'),
      registrar: await signedIn('registrar'),
      commissioner: await signedIn('commissioner'),
      carer: await signedIn('carer'),
      nobody: new Browser(program),
    };
    const seen: Record<string, unknown> = {};
    for (const [name, browser] of Object.entries(readers)) {
      const shown = await browser.get(list);
      const names = ['Hereward Poole', 'Theresa Dorn'].filter((each) => shown.text.includes(each));
      const files = [await browser.get(one.path), await browser.get(other.path)];
      const lines = (await browser.submit(`${list}/export`, { reason: 'Newsletter' })).text;
      seen[name] = [
        shown.status,
        names.length ? names.map((each) => each.split(' ')[0]) : null,
        ...files.map(({ status }) => status),
        ['Hereward', 'Theresa'].filter((each) => lines.includes(each)).length,
      ];
    }
    expect(seen).toEqual({
      'officer here': [200, ['Hereward'], 200, 404, 1],
      'officer there': [200, ['Theresa'], 404, 200, 1],
      'officer of all': [200, ['Hereward', 'Theresa'], 200, 200, 2],
      administrator: [200, ['Hereward', 'Theresa'], 200, 200, 2],
      registrar: [403, null, 403, 403, 0],
      commissioner: [403, null, 403, 403, 0],
      carer: [403, null, 403, 403, 0],
      nobody: [303, null, 303, 303, 0],
    });
  });

  it('holds for changes too', async () => {
    const other = await person({ postcode: 'DT1 1XJ' });
    const officer = await officerOf(here);
    const own = await person();
    // A form of their own gives a good token; the address is another person's.
    const answer = await officer.submit(own.path, { how: 'phone', format: 'audio', pause: 'no' }, other.path);
    expect(answer.status).toBe(404);
    expect((await officer.submit(own.path, {}, `${other.path}/leave`)).status).toBe(404);
    const [row] = await database.query('SELECT format, left_at FROM subscriber WHERE id = $1', [other.subscriber.id]);
    expect(row).toEqual({ format: 'standard', left_at: null });
  });

  it('is written down when one person is opened', async () => {
    const { subscriber, path } = await person();
    await (await officerOf(here)).get(path);
    const events = await program.get(Audit).historyOf({ kind: 'subscriber', id: subscriber.id });
    expect(events[0]).toMatchObject({ action: 'subscriber.viewed', actorRole: 'carers_service_officer' });
  });
});

describe('the list', () => {
  it('finds people by name, channel, source, region and day', async () => {
    await person({ firstName: 'Zoë', lastName: 'Quillfeather' }, [yes('post')], { kind: 'referrer', code: 'GP-7' });
    await person({ firstName: 'Yusuf', lastName: 'Quillon' }, [
      yes('text'),
      { ...yes('email'), purpose: 'business_offers' },
    ]);
    const officer = await officerOf(here);
    const { regionId } = await program.get(Places).find('BH1 1AA');
    const found = async (query: string) => {
      const { text } = await officer.get(`${list}?name=quill&${query}`);
      return ['Zoë Quillfeather', 'Yusuf Quillon'].filter((name) => text.includes(name));
    };
    const [both, zoe, yusuf] = [['Zoë Quillfeather', 'Yusuf Quillon'], ['Zoë Quillfeather'], ['Yusuf Quillon']];
    expect(await found('')).toEqual(both);
    expect(await found('channel=post')).toEqual(zoe);
    expect(await found('purpose=business_offers&channel=email')).toEqual(yusuf);
    expect(await found('purpose=business_offers&channel=text')).toEqual([]);
    expect(await found('source=referrer')).toEqual(zoe);
    expect(await found(`region=${regionId}`)).toEqual(both);
    expect(await found('since=2026-11-21')).toEqual(both);
    expect(await found('since=2026-11-22')).toEqual([]);
    expect(await found('standing=left')).toEqual([]);
    // Nonsense in an address is left out, and is not an error.
    expect(await found('source=moon&channel=pigeon&since=2026-13-40&region=x&after=y')).toEqual(both);
    expect(await found(`after=-200000-01-01_${randomUUID()}`)).toEqual(both);
    expect((await officer.get(`${list}?name=zoe`)).text).toContain('Zoë Quillfeather');
    expect((await officer.get(`${list}?name=%25`)).text).toContain('Nobody fits');
    expect((await officer.get(`${list}?name=quill`)).text).toMatch(/Referrer \(<bdi dir="ltr">GP-7<\/bdi>\)/);
  });

  it('goes on where the page before ended, nobody twice and nobody left out', async () => {
    await database.query(
      `WITH people AS (
         INSERT INTO cardholder (id, first_name, last_name, birth_date, birth_date_hash, contact_channel, postcode,
             postcode_hash, region_id, caring_roles, locale, link_version, joined_at)
         SELECT gen_random_uuid(), 'Paged', 'Person ' || n, '', '', 'post', '', '', c.region_id, '[]', 'en-GB', 1, now()
           FROM generate_series(1, 120) n, (SELECT region_id FROM subscriber WHERE carers_service_id = $1 LIMIT 1) c
         RETURNING id, region_id)
       INSERT INTO subscriber (id, cardholder_id, carers_service_id, region_id, source_kind, registered_at, format, locale,
           topics, link_version)
       SELECT gen_random_uuid(), id, $1, region_id, 'paper', '2026-11-20T12:00:00Z', 'standard', 'en-GB', '[]', 1 FROM people`,
      [here],
    );
    const officer = await officerOf(here);
    const names: string[] = [];
    let path: string | undefined = `${list}?name=paged`;
    let pages = 0;
    while (path && pages < 10) {
      const text = decoded((await officer.get(path)).text);
      pages += 1;
      names.push(...[...text.matchAll(/>(Paged Person \d+)</g)].map(([, name]) => name!));
      path = /rel="next" href="([^"]+)"/.exec(text)?.[1];
      if (pages === 1) expect(text).toContain('120 people found');
    }
    expect([pages, names.length, new Set(names).size]).toEqual([3, 120, 120]);
  });

  it('counts whom it can reach, and sign-ups by source and month', async () => {
    const officer = await officerOf(there);
    const before = decoded((await officer.get(list)).text);
    await person({ postcode: 'DT1 1XJ' }, [yes('text')], { kind: 'paper' });
    const after = decoded((await officer.get(list)).text);
    const texts = (page: string) => Number(/purpose=carers_information&channel=text">(\d+)</.exec(page)![1]);
    expect(texts(after)).toBe(texts(before) + 1);
    const month = (page: string) =>
      [...(/Nov(?:ember)? 2026<\/th>([\s\S]*?)<\/tr>/.exec(page)?.[1] ?? '').matchAll(/>(\d+)</g)].map(([, n]) =>
        Number(n),
      );
    const was = month(before).length ? month(before) : month(after).map(() => 0);
    const is = month(after);
    // The second column is paper, the last the sum.
    expect(is).toEqual(was.map((n, at) => n + Number(at === 1 || at === was.length - 1)));
  });
});

describe('the file', () => {
  it('is disarmed, holds an address only where there was a yes, and says why it was made', async () => {
    await person({ firstName: '=cmd()', lastName: 'Export' }, [yes('email')]);
    await person({ firstName: 'Ann', lastName: 'Export' }, [yes('post'), { ...yes('email'), given: false }]);
    const officer = await officerOf(here);
    const answer = await officer.submit(`${list}/export?name=Export`, { reason: 'Printing labels' });
    expect(answer.headers['content-type']).toMatch(/^text\/csv; charset=utf-8/);
    expect(answer.headers['content-disposition']).toBe('attachment; filename="subscribers-2026-11-21.csv"');
    expect(answer.text.charCodeAt(0)).toBe(0xfeff);
    const rows = parse(answer.text, { bom: true, columns: true, record_delimiter: '\r\n' }) as Record<string, string>[];
    expect(rows).toHaveLength(2);
    expect(rows.find((row) => row['First name'] === 'Ann')).toMatchObject({
      Email: '',
      Mobile: '',
      Address: '1 Sea Road\nBournemouth',
      Postcode: 'BH1 1AA',
      'Information by post': 'Yes',
      'Information by email': 'No',
    });
    expect(rows.find((row) => row['First name'] !== 'Ann')).toMatchObject({
      'First name': "'=cmd()",
      Email: 'ruth@example.org',
      Address: '',
    });
    const [event] = await database.query<{ reason: string; details: object }>(
      `SELECT reason, details FROM audit_event WHERE action = 'subscribers.exported' ORDER BY happened_at DESC, id DESC LIMIT 1`,
    );
    expect(event).toEqual({ reason: 'Printing labels', details: { name: 'given' } });
  });

  it('is not made without a reason', async () => {
    const officer = await officerOf(here);
    const counted = async () =>
      (await database.query(`SELECT count(*) AS n FROM audit_event WHERE action = 'subscribers.exported'`))[0];
    const before = await counted();
    const answer = await officer.submit(`${list}/export`, { reason: '  ' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Enter why you need the file');
    expect(await counted()).toEqual(before);
  });

  it('holds everybody, over several readings of the database', async () => {
    await database.query(
      `WITH people AS (
         INSERT INTO cardholder (id, first_name, last_name, birth_date, birth_date_hash, contact_channel, postcode,
             postcode_hash, region_id, caring_roles, locale, link_version, joined_at)
         SELECT gen_random_uuid(), first_name, 'Many ' || n, birth_date, '', 'post', postcode, '', region_id, '[]', 'en-GB', 1, now()
           FROM generate_series(1, 1100) n, (SELECT * FROM cardholder WHERE email IS NOT NULL LIMIT 1) c
         RETURNING id, region_id)
       INSERT INTO subscriber (id, cardholder_id, carers_service_id, region_id, source_kind, registered_at, format, locale,
           topics, link_version)
       SELECT gen_random_uuid(), id, $1, region_id, 'paper', '2026-11-20T12:00:00Z', 'standard', 'en-GB', '[]', 1 FROM people`,
      [here],
    );
    const answer = await (await officerOf(here)).submit(`${list}/export?name=Many`, { reason: 'Check' });
    const rows = parse(answer.text, { bom: true, columns: true }) as Record<string, string>[];
    expect([rows.length, new Set(rows.map((row) => row['Last name'])).size]).toEqual([1100, 1100]);
  });
});

describe('what somebody says on the phone', () => {
  it('is recorded on the same ledger, with how and by whom', async () => {
    const { subscriber, path } = await person();
    const officer = await officerOf(here);
    const answer = await officer.submit(path, {
      how: 'phone',
      'carers_information.email': 'no',
      'carers_information.post': 'yes',
      format: 'easy_read',
      pause: 'no',
    });
    expect([answer.status, answer.headers['location']]).toEqual([303, path]);
    const rows = await database.query(
      `SELECT decision, channel, how, asked_by_kind FROM consent_event WHERE subscriber_id = $1 ORDER BY number`,
      [subscriber.id],
    );
    expect(rows.slice(1)).toEqual([
      { decision: 'withdrawn', channel: 'email', how: 'phone', asked_by_kind: 'account' },
      { decision: 'given', channel: 'post', how: 'phone', asked_by_kind: 'account' },
    ]);
    const { text } = await officer.get(path);
    expect(text).toContain('No, after a yes: Information for carers, by email');
    expect(text).toContain('by phone, Olive Ofori');
    expect(text).toContain('Easy Read');
  });

  it('needs to say how it came', async () => {
    const { subscriber, path } = await person();
    const answer = await (
      await officerOf(here)
    ).submit(path, {
      'carers_information.email': 'no',
      format: 'standard',
      pause: 'no',
    });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Choose how they told you');
    expect(await program.get(InformationService).mayReceive(subscriber.id, 'carers_information', 'email')).toBe(true);
  });

  it('may be that they want nothing more', async () => {
    const { subscriber, path } = await person();
    await (await officerOf(here)).submit(path, {}, `${path}/leave`);
    expect(await program.get(InformationService).mayReceive(subscriber.id, 'carers_information', 'email')).toBe(false);
  });
});

describe('the first page of an officer', () => {
  it('leads to every part of the service, and says what is done there', async () => {
    const officer = await signedIn('carers_service_officer', { kind: 'carers_service', id: here });
    const { text } = await officer.get('/staff');
    const parts = [...text.matchAll(/<li><a [^>]*href="([^"]+)">[^<]+<\/a>.*?<span class="quiet">[^<]+</g)];
    const service = '/staff/information-service';
    expect(parts.map(([, href]) => href).sort()).toEqual([
      '/staff/automatic-messages',
      ...[
        'bulletins',
        'figures',
        'hand-overs',
        'import',
        'keys',
        'referrers',
        'register',
        'returned-post',
        'webhooks',
      ].map((part) => `${service}/${part}`),
      '/staff/subscribers',
    ]);
  });
});
