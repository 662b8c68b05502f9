import { Accounts, type Role } from '@carers/access';
import { Audit } from '@carers/audit';
import {
  CardCodes,
  CardKeys,
  CardLinks,
  CardMessages,
  Cards,
  CardTokens,
  Credential,
  LostCards,
  type NewCardholder,
} from '@carers/cards';
import { formatCardNumber, qrSvg, readCardText, rotatingCodeSync } from '@carers/credentials';
import { Database } from '@carers/database';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Secret, TOTP } from 'otpauth';
import { startTestApp, type TestApp } from '../support/app.js';
import { decodeQr } from '../support/decoder.js';
import { Given, type GivenCard } from '../support/given.js';
import { Browser } from './access-browser.js';

const actor = { kind: 'system', id: 'test' } as const;
let program: TestApp;
let given: Given;
let database: Database;
let count = 0;

beforeAll(async () => {
  program = await startTestApp();
  given = new Given(program);
  database = program.get(Database);
  await given.scheme();
});
afterAll(() => program?.close());
beforeEach(() => database.pool.query('TRUNCATE rate_limit'));

/** Somebody with a card, by their link. */
async function holder(person: Partial<NewCardholder> = {}): Promise<GivenCard & { path: string; browser: Browser }> {
  const made = await given.card({ email: `carer${++count}@example.org`, contactChannel: 'email', ...person });
  return { ...made, path: pathOf(made), browser: new Browser(program) };
}

function pathOf({ cardholder }: Pick<GivenCard, 'cardholder'>): string {
  return `/my-card/${program.get(CardLinks).tokenFor(cardholder)}`;
}

async function account(...roles: Role[]): Promise<{ id: string; email: string }> {
  const email = `account${++count}@example.org`;
  const id = await database.transaction(async (tx) => {
    const made = await program.get(Accounts).ensure(tx, { email, name: 'Margaret Hale' });
    for (const role of roles) await program.get(Accounts).grant(tx, made, role);
    return made;
  });
  return { id, email };
}

async function staff(role: Role): Promise<Browser> {
  const browser = new Browser(program);
  await browser.signIn((await account(role)).email);
  const setUp = await browser.get('/sign-in/second-factor/set-up');
  const secret = /<bdi dir="ltr">([A-Z2-7 ]+)<\/bdi>/.exec(setUp.text)![1]!.replace(/ /g, '');
  const code = TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: program.clock.now().getTime() });
  await browser.submit('/sign-in/second-factor/set-up', { code });
  return browser;
}

const change = (status: 'suspend' | 'lift', id: string) =>
  database.transaction((tx) => program.get(Cards)[status](tx, id, actor, 'Checked'));

describe('the card by its link', () => {
  it('shows name, kind, last day, code and number, and is kept by nobody else', async () => {
    const { path, card, browser } = await holder({ firstName: 'Zoë' });
    const answer = await browser.get(path);
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'x-robots-tag': 'noindex' });
    expect(answer.text).toContain('<bdi>Zoë</bdi>');
    expect(answer.text).toContain('valid until</span> <strong>20 November 2028</strong>');
    expect(answer.text).toContain(`<bdi dir="ltr">${formatCardNumber(card.number)}</bdi>`);
    expect(answer.text).toMatch(/role="img" aria-label="QR code[^"]*"><svg [^>]*viewBox="0 0 57 57"/);
    expect(answer.text).toContain('href="/offers/');
    expect(answer.text).toContain('<meta name="robots" content="noindex">');
    expect(answer.text).not.toMatch(/Hale|1961|BH1 1AA|Sea Road|example\.org/);
  });

  it('has the code of this half minute in its QR code, and what makes the next ones, for itself alone', async () => {
    const { path, card, qr, browser } = await holder();
    const { headers, text } = await browser.get(path);
    const data = (name: string) => new RegExp(`data-${name}="([^"]*)"`).exec(text)![1]!;
    const credential = await database.reader.findOneByOrFail(Credential, { cardId: card.id, medium: 'phone' });
    const secret = program.get(CardCodes).secretFor(credential.id);
    expect(data('secret')).toBe(secret.toString('base64url'));
    expect(readCardText(data('address'))).toEqual({ token: readCardText(qr)!.token, code: null });
    expect(data('now')).toBe('2026-11-21T10:00:00.000Z');
    const code = rotatingCodeSync(secret, program.clock.now());
    expect(text).toContain(/<path fill="#0b2b33" d="[^"]+"/.exec(qrSvg(`${data('address')}.${code}`))![0]);
    expect(headers['content-security-policy']).toContain("worker-src 'self'");
    for (const other of ['/lost', '/state.json', '/app.webmanifest', '/card.pdf'])
      expect(JSON.stringify((await browser.get(path + other)).text ?? '')).not.toContain(data('secret'));
  });

  it('gives the code of the printed card as a picture that a decoder reads', async () => {
    const { path, printedQr, browser } = await holder();
    const answer = await browser.agent.get(`${path}/qr.png`).responseType('blob');
    expect(answer.headers['content-type']).toBe('image/png');
    expect(await decodeQr(new Uint8Array(answer.body as Buffer))).toBe(printedQr);
    // A busy machine takes its time to compile the decoder.
  }, 60_000);

  it('tells an open page the time and whether the card still works, and no more', async () => {
    const { path, card, browser } = await holder();
    const answer = await browser.get(`${path}/state.json`);
    const { kid: key } = await program.get(CardKeys).signer();
    expect(answer.body).toEqual({ now: '2026-11-21T10:00:00.000Z', card: card.id, live: true, key });
    expect((await browser.get(path)).text).toContain(`data-key="${key}"`);
    expect(answer.headers['cache-control']).toBe('no-store');
    await change('suspend', card.id);
    expect((await browser.get(`${path}/state.json`)).body).toMatchObject({ live: false });
  });

  it('can be kept beside the apps of a phone, and opens with itself', async () => {
    const { path, browser } = await holder();
    const answer = await browser.get(`${path}/app.webmanifest`);
    expect(answer.headers['content-type']).toMatch(/^application\/manifest\+json/);
    expect(JSON.parse(answer.text)).toMatchObject({ name: 'Dorset Carers Card', start_url: path, scope: path });
    expect((await browser.get(path)).text).toContain(`<link rel="manifest" href="${path}/app.webmanifest"`);
  });

  it('gives a PDF of the printed card, the same each time', async () => {
    const { path, browser } = await holder();
    const [one, two] = await Promise.all([1, 2].map(() => browser.agent.get(`${path}/card.pdf`).responseType('blob')));
    expect(one!.headers['content-type']).toBe('application/pdf');
    expect((one!.body as Buffer).subarray(0, 5).toString()).toBe('%PDF-');
    expect((one!.body as Buffer).equals(two!.body as Buffer)).toBe(true);
  });

  it('is not found when the link was altered', async () => {
    const { path, browser } = await holder();
    const altered = path.slice(0, -3) + (path.at(-3) === 'A' ? 'B' : 'A') + path.slice(-2);
    for (const end of ['', '/lost', '/card.pdf', '/qr.png', '/state.json', '/app.webmanifest']) {
      const answer = await browser.get(altered + end);
      expect(answer.status).toBe(404);
      expect(answer.text).toContain('This link does not open a card');
    }
  });

  it.each([
    ['suspended', 'Your card is stopped for now'],
    ['expired', 'Your card has run out'],
    ['ended', 'This card has ended'],
  ])('says kindly what to do when it is %s, and shows no code', async (state, sentence) => {
    const { path, card, browser } = await holder();
    if (state === 'suspended') await change('suspend', card.id);
    if (state === 'ended')
      await database.transaction((tx) => program.get(Cards).revoke(tx, card.id, 'caring_ended', actor));
    if (state === 'expired') program.clock.set(new Date('2028-11-21T00:30:00Z'));
    const answers = [];
    for (const end of ['', '/card.pdf', '/qr.png', '/lost']) answers.push(await browser.get(path + end));
    program.clock.set(new Date('2026-11-21T10:00:00Z'));
    expect(answers.map(({ status }) => status)).toEqual([200, 409, 409, 303]);
    expect(answers[0]!.text).toContain(sentence);
    expect(answers[0]!.text).toContain('0808 157 0100');
    expect(answers[0]!.text).not.toContain('viewBox="0 0 57 57"');
  });
});

describe('a lost card', () => {
  it('is stopped with one button; the new card follows, the old link ends, a message tells of it', async () => {
    const { path, card, cardholder, browser } = await holder({ email: 'lost@example.org' });
    program.clock.advance({ seconds: 1 });
    const answer = await browser.submit(`${path}/lost`, { card: card.id });
    expect(answer.status).toBe(303);
    const next = answer.headers['location']!;
    expect(next).toMatch(/^\/my-card\/[\w-]{43}$/);
    const shown = await browser.get(next);
    expect(shown.text).toContain('Your old card is stopped. This is your new one.');
    expect(shown.text).not.toContain(formatCardNumber(card.number));
    expect((await browser.get(path)).status).toBe(404);
    const [message] = await program.outbox();
    expect(message).toMatchObject({ to: 'lost@example.org', subject: 'Your new carers card' });
    expect(message!.text).toContain(program.settings.publicUrl + next);
    const [event] = await program.get(Audit).historyOf({ kind: 'card', id: card.id });
    expect(event).toMatchObject({ action: 'card.revoked', actorKind: 'link', actorId: cardholder.id });
  });

  it('needs the token of the form, and the card that the form was made for', async () => {
    const { path, browser } = await holder();
    expect((await browser.agent.post(`${path}/lost`).type('form').send({ card: 'x' })).status).toBe(403);
    expect((await browser.submit(`${path}/lost`, { card: 'another' })).headers['location']).toBe(path);
    expect((await browser.get(path)).status).toBe(200);
  });
});

describe('a carer who is signed in', () => {
  it('sees the card, its details and the ways on, and nobody else’s', async () => {
    const { id, email } = await account('carer');
    const { card } = await holder({ accountId: id, email });
    const other = await holder({ firstName: 'Tom' });
    const browser = new Browser(program);
    await browser.signIn(email);
    const home = await browser.get('/account');
    expect(home.text).toContain(formatCardNumber(card.number));
    expect(home.text).toContain('href="/account/details"');
    expect(home.text).toContain('href="/account/sessions"');
    const shown = await browser.get('/account/card');
    expect(shown.text).toContain('viewBox="0 0 57 57"');
    expect((await browser.get('/account/card/card.pdf')).headers['content-type']).toBe('application/pdf');
    const details = await browser.get('/account/details');
    for (const fact of ['Margaret Hale', '12 April 1961', email, '1 Sea Road', 'BH1 1AA', 'Looks after an adult'])
      expect(details.text).toContain(fact);
    for (const path of [`/account/cards/${other.cardholder.id}`, `/account/details/${other.cardholder.id}/change`])
      expect((await browser.get(path)).status).toBe(404);
  });

  it('who sends “lost” twice loses one card, not two', async () => {
    const { id, email } = await account('carer');
    const { card } = await holder({ accountId: id, email });
    const browser = new Browser(program);
    await browser.signIn(email);
    expect((await browser.submit('/account/card/lost', { card: card.id })).headers['location']).toBe('/account/card');
    await browser.submit('/account/card/lost', { card: card.id });
    const cards = await database.query('SELECT 1 FROM card WHERE cardholder_id = $1', [card.cardholderId]);
    expect(cards).toHaveLength(2);
  });

  it('without a card is told how to get one', async () => {
    const browser = new Browser(program);
    await browser.signIn((await account()).email);
    expect((await browser.get('/account')).text).toContain('href="/apply"');
    expect((await browser.get('/account/card')).headers['location']).toBe('/account');
  });

  it('puts contact details right; what cannot be read is asked for again with what was typed', async () => {
    const { id, email } = await account('carer');
    const { cardholder } = await holder({ accountId: id, email });
    const browser = new Browser(program);
    await browser.signIn(email);
    const path = `/account/details/${cardholder.id}/change`;
    const form = { email: '', mobile: 'not a number', address: '2 Hill Road\r\nWimborne', postcode: 'bh211aa' };
    const wrong = await browser.submit(path, { ...form, contactChannel: 'email' });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('Enter a mobile number like 07700 900123');
    expect(wrong.text).toContain('value="not a number"');
    const missing = await browser.submit(path, { ...form, mobile: '', contactChannel: 'text' });
    expect(missing.text).toContain('href="#mobile"');
    program.clock.advance({ seconds: 1 });
    const saved = await browser.submit(path, { ...form, mobile: '07700 900 456', contactChannel: 'text' });
    expect(saved.headers['location']).toBe('/account/details');
    const details = await browser.get('/account/details');
    expect(details.text).toContain('Your details are saved');
    for (const fact of ['07700 900456', '2 Hill Road<br>Wimborne', 'BH21 1AA', 'By text message'])
      expect(details.text).toContain(fact);
    const [message] = await program.outbox();
    expect(message).toMatchObject({ to: email, subject: 'How we reach you has changed' });
  });

  it('says how many hours a week they care, or no more, and staff put it right too; the trail has no numbers', async () => {
    const { id, email } = await account('carer');
    const { cardholder } = await holder({ accountId: id, email });
    const carer = new Browser(program);
    await carer.signIn(email);
    const registrar = await staff('registrar');
    const [own, theirs] = [`/account/details/${cardholder.id}/hours`, `/staff/cards/${cardholder.id}/hours`];
    expect((await carer.get('/account/details')).text).toContain('Not said');
    const wrong = await carer.submit(own, { hoursOfCaring: 'a lot' });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('Enter whole hours in a week, from 1 to 168, or leave it empty');
    expect((await carer.submit(own, { hoursOfCaring: '20' })).headers['location']).toBe('/account/details');
    expect((await carer.get('/account/details')).text).toContain('About 20 hours a week');
    expect((await registrar.get(theirs)).text).toContain('value="20"');
    await registrar.submit(theirs, { hoursOfCaring: '35' });
    await registrar.submit(theirs, { hoursOfCaring: '35' });
    expect((await registrar.get(`/staff/cards/${cardholder.id}`)).text).toContain('About 35 hours a week');
    await carer.submit(own, { hoursOfCaring: '' });
    expect((await carer.get('/account/details')).text).toContain('Not said');
    const trail = await program.get(Audit).historyOf({ kind: 'cardholder', id: cardholder.id });
    const changes = trail.filter(({ action }) => action === 'cardholder.hours-of-caring-corrected');
    expect(changes.map(({ actorRole }) => actorRole).sort()).toEqual(['carer', 'carer', 'registrar']);
    expect(JSON.stringify(changes)).not.toMatch(/:(20|35)\b/);
    const other = await holder({ firstName: 'Tom' });
    expect((await carer.get(`/account/details/${other.cardholder.id}/hours`)).status).toBe(404);
  });

  it('is asked to sign in first', async () => {
    const answer = await new Browser(program).get('/account/card');
    expect(answer.headers['location']).toBe('/sign-in?next=%2Faccount%2Fcard');
  });
});

describe('staff', () => {
  it('find a cardholder, and each look is written down with its reason', async () => {
    const { cardholder, card } = await holder({ lastName: 'Quillfeather' });
    const registrar = await staff('registrar');
    const found = await registrar.get(`/staff/cards?q=quillf&why=She+called`);
    expect(found.text).toContain(`href="/staff/cards/${cardholder.id}?why&#x3D;She+called"`);
    const shown = await registrar.get(`/staff/cards/${cardholder.id}?why=She+called`);
    expect(shown.text).toContain(formatCardNumber(card.number));
    const looks = await program.get(Audit).historyOf({ kind: 'cardholder', id: cardholder.id });
    for (const action of ['person.found', 'person.viewed'])
      expect(looks).toContainEqual(expect.objectContaining({ action, actorRole: 'registrar', reason: 'She called' }));
    expect((await registrar.get('/staff/cards?q=nobody+at+all')).text).toContain('Nobody matches that');
  });

  it('stop, lift, replace and end a card, with a reason; the page offers only what is possible', async () => {
    const { cardholder, card, path, browser } = await holder();
    const registrar = await staff('administrator');
    const page = `/staff/cards/${cardholder.id}`;
    const act = async (values: Record<string, string>) => {
      const shown = await registrar.get(page);
      const id = /name="card" value="([^"]+)"/.exec(shown.text)![1]!;
      return registrar.submit(page, { card: id, ...values }, `${page}/change`);
    };
    const offered = async () =>
      [...(await registrar.get(page)).text.matchAll(/name="change" type="radio" value="([^"]+)"/g)].map(
        ([, value]) => value,
      );

    expect((await act({ change: 'suspend', reason: ' ' })).text).toContain('Enter a reason');
    expect(await offered()).toEqual(['replace', 'suspend', 'revoke']);
    await act({ change: 'suspend', reason: 'Two towns at once' });
    expect((await browser.get(path)).text).toContain('Your card is stopped for now');
    expect(await offered()).toEqual(['lift', 'revoke']);
    await act({ change: 'lift', reason: 'Explained' });
    await act({ change: 'replace', reason: 'Lost on the bus' });
    const stale = await registrar.submit(page, { card: card.id, change: 'suspend', reason: 'x' }, `${page}/change`);
    expect((await registrar.get(stale.headers['location']!)).text).toContain('Nothing was changed');
    expect((await act({ change: 'revoke', reason: 'Moved to Spain' })).text).toContain(
      'Choose what the card ended for',
    );
    await act({ change: 'revoke', end: 'left', reason: 'Moved to Spain' });
    expect(await offered()).toEqual(['issue-again']);
    await act({ change: 'issue-again', reason: 'Came back' });
    const cards = await database.query<{ status: string; end_reason: string | null }>(
      'SELECT status, end_reason FROM card WHERE cardholder_id = $1 ORDER BY issue_number',
      [cardholder.id],
    );
    expect(cards).toEqual([
      { status: 'revoked', end_reason: 'lost' },
      { status: 'revoked', end_reason: 'left' },
      { status: 'active', end_reason: null },
    ]);
    const shown = await registrar.get(page);
    for (const reason of ['Two towns at once', 'Explained', 'Lost on the bus', 'Moved to Spain'])
      expect(shown.text).toContain(reason);
  });

  it('of other roles are kept out', async () => {
    const officer = await staff('vetting_officer');
    expect((await officer.get('/staff/cards')).status).toBe(403);
  });
});

describe('messages about a card', () => {
  const queue = (card: GivenCard) => database.transaction((tx) => program.get(CardMessages).tellIssued(tx, card));

  it('carry a link that opens the card by e-mail and text, made when they are sent', async () => {
    const made = await holder({ email: 'first@example.org' });
    const texted = await holder({ email: null, mobile: '+447700900321', contactChannel: 'text' });
    await queue(made);
    await queue(texted);
    const sent = await program.outbox();
    const mail = sent.find(({ to }) => to === 'first@example.org')!;
    expect(mail.subject).toBe('Your carers card is here');
    expect(mail.text).toContain(program.settings.publicUrl + made.path);
    expect(mail.text).toContain(formatCardNumber(made.card.number));
    const text = sent.find(({ to }) => to === '+447700900321')!;
    expect(text.text).toContain(program.settings.publicUrl + texted.path);
    expect(text.text.length).toBeLessThan(306);
  });

  it('go by post with the number and no link', async () => {
    const made = await holder({ email: null, contactChannel: 'post', address: '9 Letter Lane\nPoole' });
    await queue(made);
    const letter = (await program.outbox()).find(({ to }) => to.startsWith('9 Letter Lane'))!;
    expect(letter.channel).toBe('post');
    expect(letter.text).toContain(formatCardNumber(made.card.number));
    expect(letter.text).not.toContain('my-card');
  });

  it('are dropped when the card has ended before they were sent', async () => {
    const made = await holder({ email: 'dropped@example.org' });
    await queue(made);
    await program.get(LostCards).report(made.card.id, actor);
    const sent = (await program.outbox()).filter(({ to }) => to === 'dropped@example.org');
    expect(sent.map(({ subject }) => subject)).toEqual(['Your new carers card']);
  });
});

describe('the public keys', () => {
  it('are given without secrets, for five minutes, and not again when unchanged', async () => {
    const { card } = await holder();
    const answer = await program.browser().get('/.well-known/jwks.json').expect(200);
    expect(answer.headers).toMatchObject({
      'cache-control': 'public, max-age=300',
      'content-type': 'application/jwk-set+json; charset=utf-8',
    });
    const { keys } = JSON.parse(answer.text) as { keys: Record<string, string>[] };
    const members = ['alg', 'crv', 'kid', 'kty', 'use', 'x'];
    // The one that signs, and the next.
    expect(keys.map((key) => Object.keys(key).sort())).toEqual([members, members]);
    await program.browser().get('/.well-known/jwks.json').set('if-none-match', answer.headers['etag']!).expect(304);
    expect(await program.get(CardTokens).urlFor(card, 'phone')).toMatch(/^HTTP:\/\/127\.0\.0\.1:3000\/C\/[A-Z2-7]+$/);
  });
});
