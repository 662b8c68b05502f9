import { Joining } from '@carers/businesses';
import { TillCodes } from '@carers/chains';
import { Accounts } from '@carers/access';
import { Cardholder, Cardholders } from '@carers/cards';
import { Database } from '@carers/database';
import type { OfferTerms } from '@carers/offer-rules';
import type { Offer } from '@carers/offers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given, type GivenBusiness } from '../support/given.js';
import { Browser } from './access-browser.js';
import { asChain, ean, sendFile } from './chains-support.js';

const staff = { kind: 'system', id: 'test' } as const;

describe('barcodes for tills of chains', () => {
  let running: TestApp;
  let given: Given;
  let chain: GivenBusiness;
  let owner: Browser;
  let ann: Browser;
  let database: Database;

  beforeAll(async () => {
    running = await startTestApp({ at: '2026-11-21T12:00:00Z' });
    database = running.get(Database);
    given = new Given(running);
    await given.scheme();
    chain = await asChain(running, await given.business({ name: 'Hob and Harbour' }));
    owner = await ownerOf(chain, 'olu@example.org');
    ann = await carer('ann@example.org', 'Ann');
  });
  afterAll(() => running?.close());

  async function ownerOf({ business }: GivenBusiness, email: string): Promise<Browser> {
    await database.transaction((tx) =>
      running.get(Joining).addOwner(tx, business.id, { email, name: 'Olu Owner' }, staff),
    );
    const browser = new Browser(running);
    await browser.signIn(email);
    return browser;
  }

  async function carer(email: string, firstName: string, more = {}, options = {}): Promise<Browser> {
    const accountId = await database.transaction((tx) => running.get(Accounts).ensure(tx, { email, name: firstName }));
    await given.card({ firstName, accountId, ...more }, options);
    await database.pool.query('TRUNCATE rate_limit');
    const browser = new Browser(running);
    await browser.signIn(email);
    return browser;
  }

  const at = (offer: Offer) => `/business/${chain.business.id}/till-codes/${offer.id}`;
  const mine = (offer: Offer) => `/account/offers/${offer.id}/till-code`;
  const pool = async (codes: string[], terms: Partial<OfferTerms> = {}) => {
    const offer = await given.offer(chain.business.id, terms);
    await sendFile(owner, at(offer), {}, codes.join('\n'), `${at(offer)}/codes`);
    return offer;
  };
  /** Presses the button of the page, if it has one. @returns the codes that the page shows then */
  const ask = async (browser: Browser, offer: Offer): Promise<string[]> => {
    const { text } = await browser.get(mine(offer));
    const turn = /name="turn" value="(\d+)"/.exec(text)?.[1];
    const whose = /name="for" value="([^"]+)"/.exec(text)?.[1];
    if (turn && whose) await browser.submit(mine(offer), { turn, for: whose });
    return codesOn((await browser.get(mine(offer))).text);
  };
  const codesOn = (text: string) =>
    [...text.matchAll(/<bdi dir="ltr">([^<]+)<\/bdi><\/p>\s*<\/div>/g)].map(([, code]) => code!);

  describe('one for everybody', () => {
    it('is shown to signed-in cardholders, with its number, and linked from the public page', async () => {
      const offer = await given.offer(chain.business.id);
      const page = `/offers/poole/${offer.slug}`;
      expect((await running.browser().get(page)).text).not.toContain('till-code');
      const saved = await owner.submit(at(offer), { ean13: ' 5012345 678900 ' }, `${at(offer)}/barcode`);
      expect(saved.status).toBe(303);

      const open = await running.browser().get(page);
      expect(open.text).toContain(`href="${mine(offer)}"`);
      expect(open.headers).toMatchObject({ 'cache-control': 'public, max-age=60', etag: expect.any(String) });
      const { text, headers } = await ann.get(mine(offer));
      expect(text).toContain('<svg');
      expect(codesOn(text)).toEqual(['5 012345 678900']);
      expect(text).not.toContain('<form method="post">');
      expect(headers['cache-control']).toBe('no-store');
      expect((await running.browser().get(mine(offer))).headers['location']).toBe(
        `/sign-in?next=${encodeURIComponent(mine(offer))}`,
      );
      expect((await owner.get(mine(offer))).text).toContain('You need a carers card');
    });

    it('must be an EAN-13 of no other offer, and may be changed', async () => {
      const [one, other] = [await given.offer(chain.business.id), await given.offer(chain.business.id)];
      const save = (offer: Offer, ean13: string) => owner.submit(at(offer), { ean13 }, `${at(offer)}/barcode`);
      expect((await save(one, '')).text).toContain('Enter the barcode number');
      expect((await save(one, '123')).text).toContain('Enter 13 digits');
      expect((await save(one, '5012345678901')).text).toContain('its last digit does not fit');
      expect((await save(one, ean(1))).status).toBe(303);
      expect((await save(other, ean(1))).text).toContain('Another offer of this business has this barcode');
      expect((await save(one, ean(2))).status).toBe(303);
      expect((await save(other, ean(1))).status).toBe(422);
      expect((await save(one, ean(1))).status).toBe(303);
      const rows = await database.query(
        'SELECT ean13, ended_at IS NULL AS present FROM till_barcode WHERE offer_id = $1 ORDER BY 1',
        [one.id],
      );
      expect(rows).toEqual([
        { ean13: ean(1), present: true },
        { ean13: ean(2), present: false },
      ]);
    });

    it('is not shown when the offer does not run, to a card that it is not for, or once it is stopped', async () => {
      const offer = await given.offer(chain.business.id, { days: [1], minimumAge: 18 });
      await owner.submit(at(offer), { ean13: ean(3) }, `${at(offer)}/barcode`);
      // 21 November 2026 is a Saturday.
      const early = await ann.get(mine(offer));
      expect(early.text).toContain('cannot be used right now');
      expect(early.text).toContain('23 November 2026');
      expect(codesOn(early.text)).toEqual([]);
      const yan = await carer('yan@example.org', 'Yan', { birthDate: '2012-01-01' });
      expect((await yan.get(mine(offer))).text).toContain('not for this card');
      const busy = await given.offer(chain.business.id, { minimumHoursOfCaring: 20 });
      await owner.submit(at(busy), { ean13: ean(4) }, `${at(busy)}/barcode`);
      expect((await ann.get(mine(busy))).text).toContain('not for this card');
      const una = await carer('una@example.org', 'Una', { hoursOfCaring: 20 });
      expect(codesOn((await una.get(mine(busy))).text)).toHaveLength(1);
      await owner.submit(at(offer), { kind: 'none' }, `${at(offer)}/use`);
      expect((await ann.get(mine(offer))).status).toBe(404);
    });
  });

  describe('a pool', () => {
    it('hands one code to each cardholder a day, the same when they come back, and never by looking', async () => {
      const offer = await pool([ean(101), 'ABC-1', 'ABC-2']);
      const bea = await carer('bea@example.org', 'Bea');
      expect(codesOn((await ann.get(mine(offer))).text)).toEqual([]);
      const plain = (codes: string[]) => codes.map((code) => code.replaceAll(' ', ''));
      const first = plain(await ask(ann, offer));
      expect(plain(await ask(ann, offer))).toEqual(first);
      const hers = plain(await ask(bea, offer));
      // Sent again by hand, the same turn is the same code.
      const whose = (await running.get(Cardholders).search('Bea'))[0]!.cardholder.id;
      const token = (await bea.get('/account/sessions')).text;
      expect(token).toBeTruthy();
      await bea.submit('/account/sessions', { turn: '1', for: whose }, mine(offer));
      await bea.submit('/account/sessions', { turn: '2', for: whose }, mine(offer));
      expect(plain(await ask(bea, offer))).toEqual(hers);
      running.clock.advance({ hours: 24 });
      const next = plain(await ask(ann, offer));
      expect([...first, ...hers, ...next].sort()).toEqual([ean(101), 'ABC-1', 'ABC-2'].sort());
      const empty = await bea.get(mine(offer));
      expect(empty.text).toContain('All codes are taken at the moment');
      expect(empty.status).toBe(200);
    });

    it('hands out as many as the limit per card says, and no more than all cards may have', async () => {
      const offer = await pool(['L1', 'L2', 'L3', 'L4', 'L5'], {
        limits: { perCard: { count: 2, period: 'week' }, total: 3 },
      });
      const cid = await carer('cid@example.org', 'Cid');
      const one = await ask(ann, offer);
      expect(one).toHaveLength(1);
      const two = await ask(ann, offer);
      expect(two).toEqual([one[0], expect.any(String)]);
      expect(await ask(ann, offer)).toEqual(two);
      expect((await ann.get(mine(offer))).text).not.toContain('Get another code');
      const [his] = await ask(cid, offer);
      expect(two).not.toContain(his);
      expect(await ask(cid, offer)).toEqual([his]);
      const dot = await carer('dot@example.org', 'Dot');
      expect(await ask(dot, offer)).toEqual([]);
      expect((await dot.get(mine(offer))).text).toContain('as often as it can be');
    });

    it('gives no code to a card that does not work or is for practising, and none to somebody else’s card', async () => {
      const offer = await pool(['P1', 'P2']);
      const tess = await carer('tess@example.org', 'Tess', {}, { test: true });
      expect((await tess.get(mine(offer))).text).toContain('You need a carers card');
      const { cardholder } = (await running.get(Cardholders).search('Ann'))[0]!;
      await tess.submit('/account/sessions', { turn: '1', for: cardholder.id }, mine(offer));
      expect(
        await database.query('SELECT FROM till_code WHERE offer_id = $1 AND handed_at IS NOT NULL', [offer.id]),
      ).toEqual([]);
    });

    it('asks a parent whose card it is for', async () => {
      const offer = await pool(['F1', 'F2']);
      const pat = await carer('pat@example.org', 'Pat');
      const [{ id }] = (await database.query<{ id: string }>(
        `SELECT account_id AS id FROM cardholder WHERE first_name = 'Pat'`,
      )) as [{ id: string }];
      await given.card({ firstName: 'Kit', accountId: id });
      const { text } = await pat.get(mine(offer));
      expect(text).toContain('Whose card is it for?');
      const kit = (await running.get(Database).reader.findOneByOrFail(Cardholder, { firstName: 'Kit' })).id;
      const shown = await pat.get(`${mine(offer)}?for=${kit}`);
      expect(shown.text).toContain('For Kit');
      const asked = await pat.submit(`${mine(offer)}?for=${kit}`, { turn: '1', for: kit }, mine(offer));
      expect(codesOn((await pat.get(asked.headers['location']!)).text)).toHaveLength(1);
    });

    it('tells the owner once when one code in ten is left', async () => {
      const offer = await pool(
        Array.from({ length: 10 }, (_, index) => `W${index}`),
        { limits: { perCard: { count: 20, period: 'day' } } },
      );
      for (let count = 0; count < 10; count++) await ask(ann, offer);
      expect(await ask(ann, offer)).toHaveLength(10);
      const told = (await running.outbox()).filter(({ text }) => text.includes(at(offer)));
      expect(told.map(({ text }) => text)).toEqual([expect.stringContaining('One code is left')]);
      const { text } = await owner.get(at(offer));
      expect(text).toContain('Few codes are left');
      expect(text).toMatch(/Carers have\s*<\/dt>\s*<dd[^>]*>\s*10\s*<\/dd>/);
    });

    it('never hands a code to two people, however many ask at once', async () => {
      const people = 24;
      const offer = await pool(
        Array.from({ length: people - 4 }, (_, index) => `R${index}`),
        { limits: { perCard: { count: 1, period: 'day' } } },
      );
      const held = [];
      for (let index = 0; index < people; index++) held.push(await given.card({ firstName: `Race ${index}` }));
      // Two programs on one database, with connections of their own. Each person presses once in each.
      const second = await startTestApp({
        at: running.clock.now().toISOString(),
        databaseUrl: running.settings.databaseUrl,
      });
      try {
        const both = [running, second].map((program) => program.get(TillCodes));
        await Promise.all(held.flatMap((one) => both.map((codes) => codes.hand(offer.id, one, 1))));
      } finally {
        await second.close();
      }
      const rows = await database.query<{ code: string; cardholder_id: string }>(
        'SELECT code, cardholder_id FROM till_code WHERE offer_id = $1 AND handed_at IS NOT NULL',
        [offer.id],
      );
      expect(rows).toHaveLength(people - 4);
      expect(new Set(rows.map(({ cardholder_id: id }) => id)).size).toBe(people - 4);
      expect(
        await database.query('SELECT added, handed FROM till_arrangement WHERE offer_id = $1', [offer.id]),
      ).toEqual([{ added: people - 4, handed: people - 4 }]);
    });
  });

  describe('a file of codes', () => {
    it('is checked row by row, and adds what it can once', async () => {
      const offer = await given.offer(chain.business.id);
      const file = `\uFEFFVoucher code,note\r\n${ean(201)},x\r\n${ean(201)},x\r\n\r\nGOOD-1,"a, b"\r\n=HYPERLINK("x"),y\r\n5012345678901,z\r\n5.01E+12,\r\nTÉST,\r\n${'x'.repeat(31)},\r\n`;
      const send = (end = '') => sendFile(owner, at(offer), {}, file, `${at(offer)}/codes${end}`);
      const checked = await send('/check');
      expect(checked.status).toBe(200);
      expect(checked.text).toContain('2 codes can be added');
      for (const [line, words] of [
        [3, 'is in the file twice'],
        [6, 'spreadsheets run as a formula'],
        [7, 'has a wrong last digit'],
        [8, 'was cut short by a spreadsheet'],
        [9, 'has a sign that barcodes cannot hold'],
        [10, 'is longer than 30'],
      ] as const) {
        expect(checked.text).toMatch(new RegExp(`Row ${line}:[^<]*<bdi[^>]*>[^<]*</bdi>[^<]*${words}`));
      }
      expect(await database.query('SELECT FROM till_code WHERE offer_id = $1', [offer.id])).toEqual([]);
      expect((await send()).text).toContain('2 codes were added');
      const again = await send();
      expect(again.text).toContain('0 codes were added');
      expect(again.text).toContain('is in your list already');
      const other = await given.offer(chain.business.id);
      expect((await sendFile(owner, at(other), {}, `${ean(201)}\n`, `${at(other)}/codes`)).text).toContain(
        'is in your list already',
      );
      await owner.submit(at(offer), {}, `${at(offer)}/clear`);
      expect(await database.query('SELECT added FROM till_arrangement WHERE offer_id = $1', [offer.id])).toEqual([
        { added: 0 },
      ]);
    });

    it('is asked for where there is none, and refused where it is no text or too large', async () => {
      const offer = await given.offer(chain.business.id);
      const send = (content: string | Buffer) => sendFile(owner, at(offer), {}, content, `${at(offer)}/codes`);
      expect((await owner.submit(at(offer), {}, `${at(offer)}/codes`)).text).toContain('Choose a file');
      expect((await send(Buffer.from('PK\u0003\u0004\u0000\u0000'))).status).toBe(422);
      const large = await send(Buffer.alloc(5_000_000, 'x'));
      expect(large.status).toBe(422);
      expect(large.text).toContain('too big: 4 MB is the most');
    });

    it('is taken by its own route alone, from somebody with a token', async () => {
      const offer = await given.offer(chain.business.id);
      const elsewhere = await owner.agent.post('/sign-in').attach('file', Buffer.from('x'), 'x.csv');
      expect(elsewhere.status).toBe(415);
      const forged = await owner.agent
        .post(`${at(offer)}/codes`)
        .field('action', 'add')
        .attach('file', Buffer.from('X1'), 'x.csv');
      expect(forged.status).toBe(403);
      expect(await database.query('SELECT FROM till_code WHERE offer_id = $1', [offer.id])).toEqual([]);
    });

    it('of very many codes goes in at once, up to a limit', async () => {
      const offer = await given.offer(chain.business.id);
      const codes = Array.from({ length: 20_000 }, (_, index) => `BIG${index}`).join('\n');
      const done = await sendFile(owner, at(offer), {}, codes, `${at(offer)}/codes`);
      expect(done.text).toContain('20,000 codes were added');
      const tooMany = Array.from({ length: 100_001 }, (_, index) => `MORE${index}`).join('\n');
      expect((await sendFile(owner, at(offer), {}, tooMany, `${at(offer)}/codes`)).text).toContain(
        '100,000 codes at most',
      );
    }, 40_000);
  });

  it('are an owner’s own business, and chains’ alone', async () => {
    const offer = await given.offer(chain.business.id);
    const shop = await given.business({ name: 'Corner Shop' });
    const theirs = await asChain(running, await given.business({ name: 'Other Chain' }));
    const their = await given.offer(theirs.business.id);
    const keeper = await ownerOf(shop, 'keeper@example.org');
    for (const [who, path] of [
      [keeper, at(offer)],
      [keeper, `/business/${chain.business.id}/till-codes`],
      [keeper, `/business/${shop.business.id}/till-codes`],
      [owner, `/business/${theirs.business.id}/till-codes/${their.id}`],
      [owner, `/business/${chain.business.id}/till-codes/${their.id}`],
      [ann, at(offer)],
    ] as const) {
      expect([403, 404]).toContain((await who.get(path)).status);
    }
    const before = await database.query('SELECT FROM till_barcode');
    for (const path of [
      `/business/${theirs.business.id}/till-codes/${their.id}/barcode`,
      `/business/${chain.business.id}/till-codes/${their.id}/barcode`,
    ]) {
      expect((await owner.submit(at(offer), { ean13: ean(900) }, path)).status).toBe(404);
    }
    expect(await database.query('SELECT FROM till_barcode')).toEqual(before);
    expect((await owner.get(`/business/${chain.business.id}`)).text).toContain('/till-codes"');
    expect((await keeper.get(`/business/${shop.business.id}`)).text).not.toContain('till-codes');
  });
});
