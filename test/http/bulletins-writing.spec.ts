import { Accounts } from '@carers/access';
import { Audit } from '@carers/audit';
import { BulletinContents } from '@carers/bulletins';
import { Database } from '@carers/database';
import { InformationService } from '@carers/information-service';
import { Places, SchemeService } from '@carers/places';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given } from '../support/given.js';
import type { Browser } from './access-browser.js';
import { staffBrowser } from './staff-browser.js';

const base = '/staff/information-service/bulletins';
const first = 'texts/en-GB/standard';
const text = '## Come and talk\n\nDear {{firstName}}, it is cold.';

let program: TestApp;
let given: Given;
let database: Database;
let officer: Browser;
let elsewhere: Browser;
let here: string;
let accounts = 0;

beforeAll(async () => {
  program = await startTestApp();
  given = new Given(program);
  database = program.get(Database);
  await given.scheme();
  const serviceOf = async (postcode: string) => {
    const { regionId } = await program.get(Places).find(postcode);
    const { regions } = await program.get(SchemeService).current();
    return regions.find(({ id }) => id === regionId)!.carersServiceId;
  };
  here = await serviceOf('BH1 1AA');
  officer = await officerOf(here);
  elsewhere = await officerOf(await serviceOf('DT1 1XJ'));
});
afterAll(() => program?.close());
beforeEach(() => database.pool.query('TRUNCATE rate_limit'));

async function officerOf(service: string): Promise<Browser> {
  const id = await database.transaction(async (tx) => {
    const email = `writer${++accounts}@example.org`;
    const account = await program.get(Accounts).ensure(tx, { email, name: `Olive Ofori ${accounts}` });
    const scope = { kind: 'carers_service', id: service } as const;
    await program.get(Accounts).grant(tx, account, 'carers_service_officer', scope);
    return account;
  });
  return staffBrowser(program, { kind: 'account', id });
}

/** A new bulletin, and the address of its page. */
async function begun(title = 'Winter news', purpose = 'carers_information'): Promise<string> {
  const answer = await officer.submit(`${base}/new`, { title, purpose });
  expect(answer.status).toBe(303);
  return answer.headers['location']!.replace(`/${first}`, '');
}

async function write(path: string, markdown: string, changes: Record<string, string> = {}, browser = officer) {
  const editor = `${path}/${first}`;
  const revision = /name="revision" value="(\d+)"/.exec((await browser.get(editor)).text)![1]!;
  return browser.submit(editor, {
    title: 'Winter news',
    markdown,
    shortText: '',
    revision,
    action: 'save',
    ...changes,
  });
}

async function upload(path: string, bytes: Buffer, alt = 'A cup of tea') {
  const token = /name="_csrf" value="([^"]+)"/.exec((await officer.get(`${path}/pictures`)).text)![1]!;
  return officer.agent
    .post(`${path}/pictures`)
    .field('_csrf', token)
    .field('alt', alt)
    .attach('file', bytes, 'tea.jpg');
}

const idOf = (path: string) => path.slice(base.length + 1);

describe('writing a bulletin', () => {
  it('begins with a purpose and a first text, which is saved with its faults', async () => {
    expect((await officer.submit(`${base}/new`, { title: 'x' })).status).toBe(422);
    const path = await begun();
    expect((await officer.get(path)).text).toContain('Being written');
    await write(path, 'Dear {{fristName}},\n\n<b>cold</b>');
    const page = (await officer.get(`${path}/${first}`)).text;
    expect(page).toContain('2 things must be put right');
    expect(page).toMatch(/Line 1:.*Did you mean firstName/s);
    expect(page).toContain('&lt;b&gt;cold&lt;/b&gt;');
    expect((await officer.get(`${path}/preview`)).text).toContain('Take out the HTML');
  });

  it('is of one carers service: to officers of others it does not exist', async () => {
    const path = await begun('Ours alone');
    expect((await elsewhere.get(base)).text).not.toContain('Ours alone');
    for (const page of ['', `/${first}`, '/pictures', '/preview', '/preview/email.html', '/preview/letter.pdf'])
      expect([page, (await elsewhere.get(path + page)).status]).toEqual([page, 404]);
    for (const action of ['/delete', '/test', `/${first}`, '/texts'])
      expect(
        (
          await elsewhere.submit(
            `${base}/new`,
            { title: 'x', markdown: 'x', locale: 'pl', edition: 'standard' },
            path + action,
          )
        ).status,
      ).toBe(404);
    expect((await officer.get(path)).status).toBe(200);
  });

  it('loses nothing when two write at once', async () => {
    const path = await begun();
    const colleague = await officerOf(here);
    const mine = officer.submit.bind(officer);
    await write(path, 'Their text', {}, colleague);
    const answer = await mine(`${path}/${first}`, {
      title: 'Mine',
      markdown: 'My text',
      revision: '1',
      action: 'save',
    });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('saved this on');
    expect(answer.text).toContain('Their text');
    expect(answer.text).toContain('My text');
    const revision = /name="revision" value="(\d+)"/.exec(answer.text)![1]!;
    expect((await mine(`${path}/${first}`, { title: 'Mine', markdown: 'Both', revision, action: 'save' })).status).toBe(
      303,
    );
    expect((await officer.get(`${path}/${first}`)).text).toContain('Both');
  });

  it('has texts in other languages and in Easy Read, with English for everybody else', async () => {
    const path = await begun();
    await write(path, text);
    expect((await officer.submit(path, { locale: 'xx', edition: 'standard' }, `${path}/texts`)).status).toBe(422);
    const added = await officer.submit(path, { locale: 'en-GB', edition: 'easy_read' }, `${path}/texts`);
    expect(added.headers['location']).toBe(`${path}/texts/en-GB/easy_read`);
    await officer.submit(added.headers['location']!, {
      title: 'Easy',
      markdown: 'It is cold.',
      revision: '1',
      action: 'save',
    });
    expect((await officer.get(`${path}/preview?person=easy_read`)).text).toContain('It is cold.');
    const other = (await officer.get(`${path}/preview?person=other_language`)).text;
    expect(other).toContain('Łukasz');
    expect(other).toContain('There is no text in Polski');
    await officer.submit(path, {}, `${path}/texts/en-GB/easy_read/remove`);
    expect((await officer.get(`${path}/preview?person=easy_read`)).text).toContain('There is no Easy Read text');
    expect((await officer.submit(path, {}, `${path}/${first}/remove`)).status).toBe(404);
  });

  it('takes pictures, makes them smaller, and forgets where they were taken', async () => {
    const path = await begun();
    const photo = await sharp({ create: { width: 3000, height: 1500, channels: 3, background: '#3a8' } })
      .withExif({ IFD0: { Copyright: 'Somebody' }, IFD3: { GPSLatitudeRef: 'N' } })
      .jpeg()
      .toBuffer();
    expect((await upload(path, photo)).status).toBe(303);
    const { body, headers } = await officer.agent.get(`${path}/pictures/1`).buffer(true);
    expect(headers['content-type']).toBe('image/jpeg');
    const { width, height, exif } = await sharp(body as Buffer).metadata();
    expect([width, height, exif]).toEqual([1120, 560, undefined]);
    await write(path, 'Look:\n\n![](picture:1)');
    const mail = await officer.get(`${path}/preview/email.html`);
    expect(mail.text).toMatch(/src="data:image\/jpeg;base64,[^"]+" alt="A cup of tea"/);
    expect(mail.headers['content-security-policy']).toMatch(
      /^default-src 'none'; .*sandbox.*style-src 'unsafe-hashes' 'sha256-/,
    );
  });

  it.each([
    ['a drawing', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>')],
    ['a picture that breaks off', Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex')],
    ['words', Buffer.from('hello')],
  ])('refuses %s as a picture', async (_what, bytes) => {
    const path = await begun();
    const answer = await upload(path, bytes);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('There is a problem');
  });

  it('finds an offer in the directory and puts it in', async () => {
    const { business } = await given.business({ name: 'The Lantern Café' });
    const offer = await given.offer(business.id);
    const path = await begun();
    const found = await write(path, text, { action: 'find', find: 'lantern' });
    const page = (await officer.get(found.headers['location']!.split('#')[0]!)).text;
    expect(page).toContain(`value="offer:${offer.id}"`);
    await write(path, text, { action: `offer:${offer.id}` });
    expect((await officer.get(`${path}/${first}`)).text).toContain(`::offer{${offer.id}}`);
    expect((await officer.get(`${path}/preview`)).text).toContain('The Lantern Café');
  });

  it('can be deleted, and is fixed once somebody confirmed it', async () => {
    const path = await begun();
    await write(path, text);
    await officer.submit(path, {}, `${path}/delete`);
    expect((await officer.get(path)).status).toBe(404);
    const kept = await begun();
    await write(kept, text);
    await frozen(idOf(kept), 'scheduled');
    expect((await officer.get(`${kept}/${first}`)).status).toBe(409);
    expect((await officer.submit(`${base}/new`, { title: 'x', markdown: 'x' }, `${kept}/${first}`)).status).toBe(409);
    expect((await officer.submit(`${base}/new`, {}, `${kept}/delete`)).status).toBe(409);
  });
});

/** Fixes its words as confirming does, and moves it on. */
async function frozen(id: string, state: string): Promise<void> {
  await database.transaction(async (tx) => {
    await program.get(BulletinContents).freeze(tx, { id });
    await tx.query('UPDATE bulletin SET state = $2 WHERE id = $1', [id, state]);
  });
}

describe('a preview', () => {
  it('shows the e-mail, the text message and the letter of a made-up person', async () => {
    const path = await begun();
    await write(path, text, { shortText: 'Hi {{firstName}}' });
    const page = (await officer.get(`${path}/preview?person=large_print`)).text;
    expect(page).toContain('Winifred');
    expect(page).toMatch(/Hi Winifred Stop: /);
    const letter = await officer.agent.get(`${path}/preview/letter.pdf?person=large_print`).buffer(true);
    expect((letter.body as Buffer).subarray(0, 5).toString()).toBe('%PDF-');
  });

  it('shows the copy of somebody on the list of that service only, and writes down who looked', async () => {
    const path = await begun();
    await write(path, text);
    const listed = async (firstName: string, postcode: string) => {
      const { cardholder } = await given.card({ firstName, postcode });
      const registration = {
        cardholder,
        source: { kind: 'paper' },
        consents: [],
        how: 'paper',
        actor: { kind: 'system', id: 'test' },
      } as const;
      return (await database.transaction((tx) => program.get(InformationService).register(tx, registration)))
        .subscriber;
    };
    const ours = await listed('Hereward', 'BH1 1AA');
    const theirs = await listed('Theresa', 'DT1 1XJ');
    const chosen = await officer.submit(`${path}/preview`, { subscriber: `http://x/staff/subscribers/${ours.id}` });
    expect((await officer.get(chosen.headers['location']!)).text).toContain('Dear <bdi>Hereward</bdi>');
    const [event] = await program.get(Audit).historyOf({ kind: 'subscriber', id: ours.id });
    expect(event).toMatchObject({ action: 'subscriber.viewed', actorRole: 'carers_service_officer' });
    expect((await officer.get(`${path}/preview?subscriber=${theirs.id}`)).status).toBe(404);
    // By name, too: people of one's own service only, and everybody who was shown was looked at.
    const sought = await officer.submit(`${path}/preview`, { subscriber: 'herew' });
    const found = (await officer.get(sought.headers['location']!)).text;
    expect(found).toMatch(new RegExp(`preview\\?subscriber[^"]+${ours.id}">Hereward `));
    const [look] = await program.get(Audit).historyOf({ kind: 'cardholder', id: ours.cardholderId });
    expect(look).toMatchObject({ action: 'person.found', actorRole: 'carers_service_officer' });
    const elsewhere = (await officer.get(`${path}/preview?name=Theresa`)).text;
    expect(elsewhere).toContain('Nobody on this list has that name.');
    expect(elsewhere).not.toContain(theirs.id);
    expect(await program.get(Audit).historyOf({ kind: 'cardholder', id: theirs.cardholderId })).not.toContainEqual(
      expect.objectContaining({ action: 'person.found' }),
    );
  });

  it('is sent to whoever writes, and to nobody else', async () => {
    const path = await begun();
    await write(path, text);
    await officer.submit(`${path}/preview`, { channel: 'email', person: 'standard' }, `${path}/test`);
    await program.work();
    const sent = (await program.outbox()).find(({ subject }) => subject === '[Test] Winter news')!;
    expect(sent.to).toBe('writer1@example.org');
    expect(sent.text).toContain('Dear Morag, it is cold.');
    const mobile = await officer.submit(`${path}/preview`, { channel: 'text', person: 'standard' }, `${path}/test`);
    expect(mobile.status).toBe(409);
  });
});

describe('the public page', () => {
  it('is there once copies leave, and holds nothing of a person', async () => {
    const path = await begun('Tea & cake');
    const event = '```event\ntitle: Tea\ndate: 5 December 2026\nfrom: 2pm\nplace: Poole\n```';
    await write(path, `${text}\n\n${event}`, { title: 'Tea & cake' });
    const slug = (await database.query<{ slug: string }>('SELECT slug FROM bulletin WHERE id = $1', [idOf(path)]))[0]!
      .slug;
    expect(slug).toMatch(/^tea-cake-[a-z0-9]{5}$/);
    const visitor = program.browser();
    expect((await visitor.get(`/bulletins/${slug}`)).status).toBe(404);
    await frozen(idOf(path), 'sending');
    const page = await visitor.get(`/bulletins/${slug}`);
    expect(page.status).toBe(200);
    expect(page.text).toContain('<meta name="robots" content="noindex">');
    expect(page.text).toContain('Dear <bdi>carer</bdi>, it is cold.');
    const calendar = await visitor.get(`/bulletins/${slug}/event-1.ics`).buffer(true);
    expect(calendar.headers['content-type']).toContain('text/calendar');
    expect((await visitor.get(`/bulletins/${slug}/event-2.ics`)).status).toBe(404);
  });
});
