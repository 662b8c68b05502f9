import { Joining } from '@carers/businesses';
import {
  Arrangements,
  Settlements,
  type SettlementOptions,
  StoreNumbers,
  TillCodes,
  type UnmatchedLine,
} from '@carers/chains';
import { Database } from '@carers/database';
import type { Offer } from '@carers/offers';
import { Unlinking } from '@carers/till';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given, type GivenBusiness, type GivenCard } from '../support/given.js';
import { wayToSomebody } from '../support/links.js';
import { Browser } from './access-browser.js';
import { asChain, ean, sendFile } from './chains-support.js';
import { ForgetHolders } from '../../libs/chains/src/code-retention.js';

const staff = { kind: 'system', id: 'test' } as const;
const heading = 'Voucher code,Store,Date,Time,Amount (£),Transaction reference,Type,Refund of';

describe('a settlement file', () => {
  let running: TestApp;
  let given: Given;
  let database: Database;
  let settlements: Settlements;
  let margaret: GivenCard;

  beforeAll(async () => {
    running = await startTestApp({ at: '2026-11-21T12:00:00Z' });
    given = new Given(running);
    await given.scheme();
    database = running.get(Database);
    settlements = running.get(Settlements);
    margaret = await given.card();
  });
  afterAll(() => running?.close());

  /** A chain with a number for one offer and codes for another, one of which Margaret has. */
  async function world(name: string, limits = {}) {
    const chain = await asChain(running, await given.business({ name }));
    await database.query('UPDATE branch SET name = $2 WHERE id = $1', [chain.branch.id, name]);
    const number = await given.offer(chain.business.id, limits);
    const codes = await given.offer(chain.business.id, { limits: { perCard: { count: 1, period: 'week' } } });
    await running.get(Arrangements).useBarcode(chain.business.id, number.id, ean(7), staff);
    await pool(chain, codes, ['ONE', 'TWO', '0042', '99 8877']);
    await running.get(TillCodes).hand(codes.id, margaret, 1);
    const [mine] = await database.query<{ code: string }>(
      'SELECT code FROM till_code WHERE offer_id = $1 AND cardholder_id IS NOT NULL',
      [codes.id],
    );
    return { chain, id: chain.business.id, number, codes, mine: mine!.code };
  }

  async function pool({ business }: GivenBusiness, offer: Offer, codes: string[]): Promise<void> {
    const { CodePools } = await import('@carers/chains');
    await running.get(CodePools).add(business.id, offer.id, Readable.from([Buffer.from(codes.join('\n'))]), staff);
  }

  async function read(id: string, lines: string[] | string, options: SettlementOptions = {}) {
    const unmatched: UnmatchedLine[] = [];
    const text = typeof lines === 'string' ? lines : [heading, ...lines].join('\n');
    const done = await settlements.read(id, 'file.csv', Readable.from([Buffer.from(text)]), staff, {
      ...options,
      onUnmatched: (line) => void unmatched.push(line),
    });
    return { ...done, unmatched: unmatched.map(({ line, reason }) => `${line} ${reason}`) };
  }

  const uses = (offer: Offer) =>
    database.query<{
      card_id: string | null;
      basket_pence: number | null;
      saving_pence: number | null;
      undone: boolean;
    }>(
      `SELECT card_id, basket_pence, saving_pence, undone_at IS NOT NULL AS undone, source, till_id FROM redemption
        WHERE offer_id = $1 ORDER BY occurred_at, basket_pence`,
      [offer.id],
    );

  it('turns lines into uses: of a number without a card, of a code with the card it was handed to', async () => {
    const { id, number, codes, mine } = await world('Fine Foods', { limits: { total: 100 } });
    const { report, unmatched } = await read(id, [
      `${ean(7)},Fine Foods,20/11/2026,10:15,20.00,T1,,`,
      `${mine},fine foods,21/11/2026,13:30,£10.00,T2,,`,
    ]);
    expect(unmatched).toEqual([]);
    expect(report).toMatchObject({
      lines: 2,
      counted: 2,
      already: 0,
      unmatched: 0,
      basketPence: 3000,
      savingPence: 300,
    });
    expect(await uses(number)).toEqual([
      { card_id: null, basket_pence: 2000, saving_pence: 200, undone: false, source: 'settlement', till_id: null },
    ]);
    expect(await uses(codes)).toMatchObject([{ card_id: margaret.card.id, basket_pence: 1000 }]);
    const counters = await database.query(
      'SELECT scope, used FROM offer_counter WHERE offer_id = ANY($1) ORDER BY scope',
      [[number.id, codes.id]],
    );
    expect(counters).toEqual([
      { scope: `card:${margaret.cardholder.id}:2026-11-16`, used: 1 },
      { scope: 'total', used: 1 },
    ]);
    // The code is used up, and the person has had this week's.
    expect(await running.get(TillCodes).hand(codes.id, margaret, 2)).toBe(false);
  });

  it('counts nothing twice, read again or by ten people at once', async () => {
    const { id, number, codes, mine } = await world('Twice Told');
    const lines = [
      ...Array.from(
        { length: 40 },
        (_, index) => `${ean(7)},Twice Told,20/11/2026,10:${String(index).padStart(2, '0')},5.00,R${index},,`,
      ),
      `${mine},Twice Told,21/11/2026,14:00,9.00,R99,,`,
    ];
    const done = await Promise.all(Array.from({ length: 10 }, () => read(id, lines)));
    expect(done.reduce((total, { report }) => total + report.counted, 0)).toBe(41);
    expect(done.every(({ report }) => report.counted + report.already === 41)).toBe(true);
    expect(await uses(number)).toHaveLength(40);
    expect(await uses(codes)).toHaveLength(1);
    expect((await read(id, lines)).report).toMatchObject({ counted: 0, already: 41, unmatched: 0, basketPence: 0 });
    // In another order, beside others: still the same uses.
    expect((await read(id, [`${ean(7)},Twice Told,20/11/2026,,1,NEW,,`, ...lines.toReversed()])).report).toMatchObject({
      counted: 1,
      already: 41,
    });
  });

  it('with --dry-run says the same and counts nothing', async () => {
    const { id, number, mine } = await world('Only Looking');
    const lines = [
      `${ean(7)},Only Looking,20/11/2026,,5.00,D1,,`,
      `${ean(7)},Only Looking,20/11/2026,,-5.00,D1,,`,
      `${mine},x,20/11/2026,,1,D2,,`,
    ];
    const tried = await read(id, lines, { dryRun: true });
    expect(tried.report).toMatchObject({ counted: 1, takenBack: 1, unmatched: 1 });
    expect(await uses(number)).toEqual([]);
    expect((await settlements.ofBusiness(id))[0]).toMatchObject({ dryRun: true, fileName: 'file.csv' });
    expect((await read(id, lines)).report).toMatchObject({ counted: 1, takenBack: 1, unmatched: 1 });
  });

  it('takes uses back by refunds, wherever they stand, once', async () => {
    const { id, number, codes, mine } = await world('Money Back', { limits: { total: 5 } });
    const lines = [
      // Before its sale, and in another store's name.
      `${ean(7)},Somewhere,20/11/2026,12:00,-20.00,B1,,`,
      `${ean(7)},Money Back,20/11/2026,10:00,20.00,B1,,`,
      `${ean(7)},Money Back,20/11/2026,10:05,30.00,B2,,`,
      `${mine},Money Back,21/11/2026,14:00,8.00,B3,Sale,`,
      `${mine},Money Back,21/11/2026,15:00,8.00,B4,Refund,B3`,
      `${ean(7)},Money Back,20/11/2026,10:00,-3.00,B5,,`,
    ];
    const { report, unmatched } = await read(id, lines);
    expect(report).toMatchObject({ counted: 3, takenBack: 2, unmatched: 1 });
    expect(unmatched).toEqual(['7 refund-of-nothing']);
    expect((await uses(number)).map(({ undone }) => undone)).toEqual([true, false]);
    expect((await uses(codes)).map(({ undone }) => undone)).toEqual([true]);
    expect(await database.query('SELECT used FROM offer_counter WHERE offer_id = $1', [number.id])).toEqual([
      { used: 1 },
    ]);
    expect((await read(id, lines)).report).toMatchObject({ counted: 0, takenBack: 0, already: 5, unmatched: 1 });
  });

  it('may be messy: what cannot be matched is listed with its line and reason', async () => {
    const { id, mine } = await world('Messy & Sons');
    const other = await world('Messy Neighbour');
    const unhanded = ['ONE', 'TWO', '0042', '99 8877'].find((code) => code !== mine)!;
    const file = [
      '\uFEFF"Voucher code";Store;Date;Time;"Amount (£)";Transaction reference;Type;Refund of',
      `${ean(7)};"Messy & Sons";2026-11-20 09:00;;"1,000.00";M1;;`,
      '',
      `${ean(7)};"Messy & Sons";2026-11-20 09:00;;"1,000.00";M1;;`,
      `  ${ean(7).slice(0, 1)} ${ean(7).slice(1, 7)} ${ean(7).slice(7)} ;MESSY & SONS;20/11/26;9.30am;;M2;;`,
      `${ean(7)};Messy and Daughters;20/11/2026;;4.00;M3;;`,
      // The business has one place, so a line that names none is of that one.
      `${ean(7)};;20/11/2026;;4.00;M4;;`,
      `${ean(7)};Messy & Sons;31/11/2026;;4.00;M5;;`,
      `${ean(7)};Messy & Sons;20/11/2027;;4.00;M6;;`,
      `${ean(7)};Messy & Sons;20/11/2020;;4.00;M7;;`,
      `${ean(7)};Messy & Sons;20/11/2026;;four;M8;;`,
      `${ean(7)};Messy & Sons;20/11/2026;;4.00;;;`,
      `;Messy & Sons;20/11/2026;;4.00;M9;;`,
      `5.01E+12;Messy & Sons;20/11/2026;;4.00;M10;;`,
      `${ean(8)};Messy & Sons;20/11/2026;;4.00;M11;;`,
      `${unhanded};Messy & Sons;20/11/2026;;4.00;M12;;`,
      `${mine};Messy & Sons;19/11/2026;;4.00;M13;;`,
      `${mine};Messy & Sons;21/11/2026;;4.00;M14;;`,
      `${mine};Messy & Sons;21/11/2026;;4.00;M15;;`,
      `${ean(7)};Messy Neighbour;20/11/2026;;4.00;M16;;`,
      `"${ean(7)};Messy & Sons;20/11/2026;;4.00;M17;;`,
    ].join('\r\n');
    const { report, unmatched, id: importId } = await read(id, file);
    expect(report).toMatchObject({ lines: 19, counted: 4, already: 1, basketPence: 100_800 });
    expect(unmatched.sort((one, two) => parseInt(one) - parseInt(two))).toEqual([
      ...['6 unknown-store', '8 date', '9 future', '10 too-old', '11 amount', '12 no-reference'],
      ...['13 no-code', '14 cut-off', '15 unknown-code', '16 not-handed-out', '17 before-handed-out', '19 used-before'],
      ...['20 unknown-store', '21 quotes'],
    ]);
    const kept = await settlements.unmatched(await settlements.one(id, importId));
    expect(kept).toHaveLength(14);
    expect(kept[0]).toEqual({
      line: 6,
      reason: 'unknown-store',
      cells: { code: ean(7), store: 'Messy and Daughters', at: '20/11/2026', amount: '4.00', reference: 'M3' },
    });
    expect(await uses(other.number)).toEqual([]);
  });

  it('is refused before anything is changed when its headings do not tell, and counts use under a replaced number', async () => {
    const { id, number } = await world('New Number');
    await expect(read(id, 'a,b\n1,2\n')).rejects.toMatchObject({ slug: 'settlement-headings-missing' });
    await expect(read(id, '')).rejects.toMatchObject({ slug: 'settlement-headings-missing' });
    await running.get(Arrangements).useBarcode(id, number.id, ean(70), staff);
    const told = { columns: { code: 'What', at: 'When', reference: 'Which' }, amounts: 'pence' } as const;
    const { report } = await read(
      id,
      `What,When,Which,Total\n${ean(7)},2026-11-20,N1,450\n${ean(70)},2026-11-20,N2,550\n`,
      told,
    );
    expect(report).toMatchObject({ counted: 2, basketPence: 1000 });
    expect(await uses(number)).toHaveLength(2);
  });

  it('knows stores by the chain’s own numbers, and says what was not as the offer says', async () => {
    const { id, chain, number } = await world('Numbered', { days: [1] });
    await running.get(StoreNumbers).set(id, new Map([[chain.branch.id, ' Store 0042 ']]), staff);
    const { report } = await read(id, [
      `${ean(7)},store 0042,20/11/2026,,1.00,S1,,`,
      `${ean(7)},STORE-0042,16/11/2026,,1.00,S2,,`,
    ]);
    expect(report).toMatchObject({ counted: 2, outside: 1, savingPence: 10 });
    expect((await uses(number)).map(({ saving_pence: saving }) => saving)).toEqual([10, null]);
  });

  it('of many lines is read in flat memory', async () => {
    const { id, number } = await world('Large');
    const lines = 5_000;
    function* file() {
      yield Buffer.from(`${heading}\n`);
      for (let line = 0; line < lines; line += 100) {
        yield Buffer.from(
          Array.from({ length: 100 }, (_, at) => `${ean(7)},Large,20/11/2026,10:00,1.00,L${line + at},,\n`).join(''),
        );
      }
    }
    const { report } = await settlements.read(id, 'large.csv', Readable.from(file()), staff);
    expect(report).toMatchObject({ lines, counted: lines });
    expect(await uses(number)).toHaveLength(lines);
  }, 60_000);

  it('is sent and looked at by its owner, and by nobody else’s', async () => {
    const { id, chain } = await world('Owned');
    const other = await world('Not Owned');
    const email = 'olu@example.org';
    await database.transaction((tx) => running.get(Joining).addOwner(tx, id, { email, name: 'Olu' }, staff));
    const owner = new Browser(running);
    await owner.signIn(email);
    const path = `/business/${id}/settlements`;
    const file = `code,store,date,reference,amount\n${ean(7)},Owned,20/11/2026,W1,£4.00\n=cmd|' /C calc'!A0,Owned,20/11/2026,W2,£4.00\n`;
    const checked = await sendFile(owner, path, {}, file, `${path}/check`);
    expect(checked.status).toBe(303);
    expect((await owner.get(checked.headers['location']!)).text).toContain('This was a check');
    const sent = await sendFile(owner, path, {}, file, path, 'week 47.csv');
    const report = await owner.get(sent.headers['location']!);
    expect(report.text).toContain('week 47.csv');
    expect(report.text).toContain('We do not know this code');
    expect(report.text).not.toContain('This was a check');
    const csv = await owner.get(`${sent.headers['location']}/unmatched.csv`);
    expect(csv.headers).toMatchObject({
      'content-type': expect.stringContaining('text/csv'),
      'cache-control': 'no-store',
    });
    expect(csv.text).toContain(`3,We do not know this code,"'=cmd|`.replace('"', ''));
    expect((await sendFile(owner, path, {}, 'a,b\n', path)).text).toContain('The first row must name the columns');
    expect((await owner.submit(path, {}, path)).text).toContain('Choose a file');

    const stores = `/business/${id}/store-numbers`;
    expect((await owner.submit(stores, { [`store-${chain.branch.id}`]: '42' })).status).toBe(303);
    expect((await owner.get(stores)).text).toContain('value="42"');

    const theirs = `/business/${other.id}/settlements`;
    expect((await owner.get(theirs)).status).toBe(404);
    expect((await sendFile(owner, path, {}, file, theirs)).status).toBe(404);
    const { id: importId } = await read(other.id, [`x,Not Owned,20/11/2026,,1.00,Z,,`]);
    for (const address of [
      `${path}/${importId}`,
      `${path}/${importId}/unmatched.csv`,
      `${theirs}/${importId}`,
      `${path}/nonsense`,
    ]) {
      expect((await owner.get(address)).status).toBe(404);
    }
  });

  it('leads to nobody once the time for it is over, loses lines that were not put right, and still counts once', async () => {
    const { id, codes, number, mine } = await world('Forgetful');
    const lines = [
      `${mine},Forgetful,21/11/2026,11:59:07,1.00,F1,,`,
      `${ean(7)},Forgetful,21/11/2026,,1.00,F2,,`,
      `no,Forgetful,21/11/2026,,1.00,F3,,`,
    ];
    const { id: importId } = await read(id, lines);
    const traces = (
      await database.query<{ id: string; scan_id: string }>('SELECT id, scan_id FROM redemption WHERE offer_id = $1', [
        codes.id,
      ])
    ).flatMap((row) => [row.id, row.scan_id]);
    const way = () => wayToSomebody(database, traces, ['2026-11-21T11:59:07'], margaret);
    const forget = async () => {
      await running.get(Unlinking).run();
      await running.get(ForgetHolders).handle({ on: running.clock.today() });
    };
    await forget();
    expect(await way()).not.toBeNull();
    running.clock.advance({ days: 90, minutes: 1 });
    await forget();
    expect(await way()).toBeNull();
    expect(
      await database.query(
        'SELECT FROM till_code WHERE offer_id = $1 AND (cardholder_id IS NOT NULL OR card_id IS NOT NULL)',
        [codes.id],
      ),
    ).toEqual([]);
    expect(await settlements.unmatched(await settlements.one(id, importId))).toEqual([]);
    expect((await settlements.one(id, importId)).report).toMatchObject({ counted: 2, unmatched: 1 });
    expect(await database.query('SELECT added, handed FROM till_arrangement WHERE offer_id = $1', [codes.id])).toEqual([
      { added: 4, handed: 1 },
    ]);
    expect((await read(id, lines)).report).toMatchObject({ counted: 0, already: 2, unmatched: 1 });
    expect(await uses(number)).toHaveLength(1);
    running.clock.advance({ days: 320 });
    await forget();
    expect(
      await database.query('SELECT FROM settlement_use WHERE offer_id = ANY ($1)', [[codes.id, number.id]]),
    ).toEqual([]);
    expect((await read(id, lines)).report).toMatchObject({
      counted: 0,
      already: 0,
      reasons: { 'too-old': 3 },
    });
  });
});
