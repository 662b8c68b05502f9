import { randomUUID } from 'node:crypto';
import { Joining } from '@carers/businesses';
import { CardCodes, Cards, CardTokens, Credential } from '@carers/cards';
import { rotatingCodeSync } from '@carers/credentials';
import { Database } from '@carers/database';
import { Tills } from '@carers/till';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given, type GivenBusiness, type GivenCard } from '../support/given.js';
import { Browser } from './access-browser.js';

const staff = { kind: 'system', id: 'test' } as const;

describe('the pages of tills', () => {
  let running: TestApp;
  let given: Given;
  let cafe: GivenBusiness;
  let margaret: GivenCard;
  let owner: Browser;
  let path: string;

  beforeAll(async () => {
    running = await startTestApp({ at: '2026-11-21T12:00:00Z' });
    given = new Given(running);
    await given.scheme();
    cafe = await given.business();
    margaret = await given.card();
    const email = 'olu@example.org';
    await running
      .get(Database)
      .transaction((tx) => running.get(Joining).addOwner(tx, cafe.business.id, { email, name: 'Olu Owner' }, staff));
    owner = new Browser(running);
    await owner.signIn(email);
    path = `/business/${cafe.business.id}/tills`;
  });
  afterAll(() => running?.close());

  const ask = (key: string, body: object) =>
    running.browser().post('/api/v1/validations').set('authorization', `Bearer ${key}`).send(body);
  const checks = () => running.get(Database).query('SELECT id FROM validation');

  it('list each place with its tills, make a key that is shown once, and end it at once', async () => {
    expect((await owner.get(path)).text).toContain('No till here yet.');
    const made = await owner.submit(`${path}/new`, { kind: 'key', name: 'Counter' });
    expect(made.status).toBe(200);
    const key = /ck_[A-Za-z0-9_-]{20,}/.exec(made.text)![0];
    expect(made.text).toContain('/api/v1/validations');
    expect((await ask(key, { credential: margaret.printedQr, scanId: randomUUID() })).body).toMatchObject({
      outcome: 'valid',
    });

    const list = (await owner.get(path)).text;
    expect(list).not.toContain(key);
    expect(list).toContain('Last used 21 November 2026 at 12pm');
    const id = /tills\/([0-9a-f-]{36})\/end/.exec(list)![1]!;
    expect((await owner.submit(path, {}, `${path}/${id}/end`)).status).toBe(303);
    expect((await ask(key, { credential: margaret.printedQr, scanId: randomUUID() })).status).toBe(401);
    // Again, or by somebody else at the same moment, it changes nothing and is no second event.
    await running.get(Tills).end(id, cafe.business.id, staff);
    const trail = await running
      .get(Database)
      .query<{ action: string }>(`SELECT action FROM audit_event WHERE subject_id = $1`, [id]);
    expect(trail.map(({ action }) => action).sort()).toEqual(['till.added', 'till.ended']);
  });

  it('pair a phone with a code that works once and for ten minutes', async () => {
    const pairCode = async () => {
      const made = await owner.submit(`${path}/new`, { kind: 'phone', name: 'Terrace' });
      return /<bdi dir="ltr">([0-9A-Z]{4} [0-9A-Z]{4})<\/bdi>/.exec(made.text)![1]!;
    };
    const pair = (code: string) =>
      running.browser().post('/till/pair').set('accept', 'application/json').send({ code });
    const code = await pairCode();
    const { body } = await pair(` ${code.toLowerCase()} `).expect(200);
    expect(body).toMatchObject({ till: { name: 'Terrace', business: 'The Quay Kitchen', working: true } });
    await running.browser().get('/api/v1/till').set('authorization', `Bearer ${body.key}`).expect(200);
    expect((await pair(code).expect(409)).body).toMatchObject({ type: '/problems/pairing-code-refused' });
    const late = await pairCode();
    running.clock.advance({ minutes: 11 });
    await pair(late).expect(409);
    running.clock.set('2026-11-21T12:00:00Z');
  });

  it('say what to put right, and are nobody else’s', async () => {
    const wrong = await owner.submit(`${path}/new`, { name: '' });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('Enter a name for the till');
    const other = await given.business({ name: 'Next Door' });
    expect((await owner.get(`/business/${other.business.id}/tills`)).status).toBe(404);
    const { till } = await running.get(Tills).create(other.branch.id, 'Theirs', staff);
    expect((await owner.submit(path, {}, `${path}/${till.id}/end`)).status).toBe(404);
    expect((await running.browser().get(path)).status).toBe(303);
  });

  it('show how often offers were used this month, and what carers saved', async () => {
    const offer = await given.offer(cafe.business.id);
    const { key } = await running.get(Tills).create(cafe.branch.id, 'Counter', staff);
    for (const [basketPence, undo] of [
      [1000, false],
      [2500, false],
      [9900, true],
    ] as const) {
      const scanId = randomUUID();
      await ask(key, { credential: margaret.printedQr, scanId }).expect(200);
      const bearer = `Bearer ${key}`;
      const { body } = await running
        .browser()
        .post('/api/v1/redemptions')
        .set('authorization', bearer)
        .send({ scanId, offerId: offer.id, basketPence })
        .expect(201);
      if (!undo) continue;
      const address = `/api/v1/redemptions/${(body as { id: string }).id}/undo`;
      await running.browser().post(address).set('authorization', bearer).send({ reason: 'mistake' }).expect(200);
    }
    const { text } = await owner.get(path);
    expect(text).toMatch(/10% off your meal<\/th>\s*<td[^>]*>2<\/td>\s*<td[^>]*>£3\.50<\/td>/);
  });

  it('do not let a business that is suspended check cards', async () => {
    const other = await given.business({ name: 'Held Back' });
    const { key } = await running.get(Tills).create(other.branch.id, 'Counter', staff);
    await ask(key, { credential: margaret.printedQr, scanId: randomUUID() }).expect(200);
    await running.get(Database).query(`UPDATE business SET status = 'suspended' WHERE id = $1`, [other.business.id]);
    await ask(key, { credential: margaret.printedQr, scanId: randomUUID() }).expect(401);
    await running
      .browser()
      .get('/api/v1/till')
      .set('authorization', `Bearer ${key}`)
      .expect(200, /"working":false/);
  });

  it('let the till use the camera and WebAssembly, and nothing else more than other pages', async () => {
    const { headers, text } = await running.browser().get('/till').expect(200);
    expect(headers['permissions-policy']).toContain('camera=(self)');
    expect(headers['content-security-policy']).toContain("'wasm-unsafe-eval'");
    expect(headers['content-security-policy']).not.toMatch(/'unsafe-inline'|'unsafe-eval'|https?:/);
    expect(headers['cache-control']).toBe('no-store');
    expect(text).toContain('<noscript>');
  });

  it('make the till an app on every phone: its manifest, its icons and what iPhones read instead', async () => {
    const page = (await running.browser().get('/till').expect(200)).text;
    expect(page).toContain('<link rel="manifest" href="/till.webmanifest">');
    for (const tag of [
      '<link rel="apple-touch-icon" href="/brand-icon-180.png">',
      '<meta name="apple-mobile-web-app-capable" content="yes">',
      '<meta name="mobile-web-app-capable" content="yes">',
      '<meta name="apple-mobile-web-app-title" content="Till">',
    ])
      expect(page).toContain(tag);
    const { text, headers } = await running.browser().get('/till.webmanifest').expect(200);
    expect(headers['content-type']).toContain('application/manifest+json');
    const manifest = JSON.parse(text) as Record<string, unknown> & {
      icons: { src: string; type: string; purpose: string; sizes: string }[];
    };
    expect(manifest).toMatchObject({
      id: '/till',
      start_url: '/till',
      scope: '/till',
      display: 'standalone',
      name: 'Till of the Dorset Carers Card',
      short_name: 'Till',
      lang: 'en-GB',
    });
    // What Chrome and Safari ask for before they offer to install it.
    for (const purpose of ['any', 'maskable']) {
      for (const sizes of ['192x192', '512x512'])
        expect(manifest.icons).toContainEqual(expect.objectContaining({ purpose, sizes, type: 'image/png' }));
    }
    for (const src of new Set(['/brand-icon-180.png', ...manifest.icons.map((icon) => icon.src)])) {
      const icon = await running.browser().get(src).expect(200);
      const type = src.endsWith('.svg') ? 'image/svg+xml' : 'image/png';
      expect(icon.headers['content-type']).toContain(type);
      if (type === 'image/png') {
        // The width and height of a PNG stand in its first chunk.
        const side = Number(/\d+/.exec(src)![0]);
        const bytes = icon.body as Buffer;
        expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([side, side]);
      }
    }
    await running.browser().get('/brand-icon-64.png').expect(404);
  });

  it('describe the API with answers and examples', async () => {
    const { body } = await running.browser().get('/api/openapi.json').expect(200);
    const { paths, components } = body as {
      paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
      components: { schemas: Record<string, { example?: unknown }> };
    };
    expect(Object.keys(paths['/api/v1/validations']!['post']!.responses)).toEqual(
      expect.arrayContaining(['200', '401', '409', '422']),
    );
    expect(Object.keys(paths['/api/v1/redemptions']!['post']!.responses)).toEqual(
      expect.arrayContaining(['200', '201', '401', '409', '422']),
    );
    expect(paths['/api/v1/redemptions/{id}/undo']).toBeDefined();
    for (const name of ['Validation', 'Redemption', 'Till']) {
      expect(components.schemas[name]?.example).toBeDefined();
    }
    expect(Object.keys(paths).filter((each) => each.startsWith('/till') || each.startsWith('/c/'))).toEqual([]);
  });

  describe('of a card that a stranger opens', () => {
    const token = () => new URL(margaret.printedQr).pathname.slice(3);
    /** The page without the token that was asked for, in whose random letters anything may stand. */
    const without = (text: string, asked: string) => text.replaceAll(new RegExp(asked, 'gi'), '');

    it('say only whether it is valid, in either case of the path, and keep nothing', async () => {
      const before = (await checks()).length;
      for (const address of [`/C/${token()}`, `/c/${token()}`, `/c/${token().toLowerCase()}`]) {
        const { text, headers } = await running.browser().get(address).expect(200);
        expect(text).toContain('This card is valid today.');
        expect(without(text, token())).not.toMatch(/Margaret|Hale|2028|CC ?\d/);
        expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-robots-tag': 'noindex' });
      }
      expect((await checks()).length).toBe(before);
    });

    it('say so when it is not', async () => {
      const bea = await given.card({ firstName: 'Bea' });
      await running.get(Database).transaction((tx) => running.get(Cards).suspend(tx, bea.card.id, staff, 'x'));
      const { text } = await running.browser().get(new URL(bea.printedQr).pathname).expect(200);
      expect(text).toContain('Not a valid card');
      expect(without(text, new URL(bea.printedQr).pathname.slice(3))).not.toMatch(/suspend|Bea/i);
      const trial = await given.card({ firstName: 'Tess' }, { test: true });
      expect((await running.browser().get(new URL(trial.printedQr).pathname)).text).toContain('Training card');
      const practice = await running.get(CardTokens).practice('Practice', 30);
      expect((await running.browser().get(new URL(practice).pathname)).text).toContain('Training card');
      for (const garbled of ['HELLO', '%F0%9F%98%80', token().slice(0, -6), 'A'.repeat(590)]) {
        expect((await running.browser().get(`/c/${garbled}`).expect(404)).text).toContain('We cannot read this card');
      }
    });

    it('say so when it is an old picture of a phone', async () => {
      const bea = await given.card({ firstName: 'Bea' });
      const { id } = await running
        .get(Database)
        .reader.findOneByOrFail(Credential, { cardId: bea.card.id, medium: 'phone' });
      const shown = new URL(bea.qr).pathname.split('.')[0]!;
      const code = rotatingCodeSync(running.get(CardCodes).secretFor(id), running.clock.now());
      const look = async (path: string) => (await running.browser().get(path).expect(200)).text;
      expect(await look(`${shown}.${code}`)).toContain('This card is valid today.');
      expect(await look(`${shown}.${code}`.toLowerCase())).toContain('This card is valid today.');
      expect(await look(shown)).toContain('Not a live card');
      running.clock.advance({ seconds: 91 });
      expect(await look(`${shown}.${code}`)).toContain('Not a live card');
      running.clock.advance({ seconds: -91 });
    });

    it('are held back when one address asks for very many', async () => {
      const statuses = new Set<number>();
      for (let count = 0; count < 125; count++) statuses.add((await running.browser().get('/c/HELLO')).status);
      expect([...statuses].sort()).toEqual([404, 429]);
    });
  });

  it('hold back whoever tries many pairing codes, with the time to wait', async () => {
    const attempt = (code: string) =>
      running.browser().post('/till/pair').set('accept', 'application/json').send({ code });
    let refused = await attempt('AAAA AAAA');
    for (let count = 0; count < 25 && refused.status !== 429; count++) refused = await attempt(`WRONG${count}`);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  });
});
