import { Audit } from '@carers/audit';
import { Database } from '@carers/database';
import { CaseChecks, VettingCases } from '@carers/vetting';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { heic, picture } from '../support/files.js';
import { Given } from '../support/given.js';
import type { GivenCase } from '../support/given-case.js';
import type { Browser } from './access-browser.js';
import { sendFile, staffBrowser } from './staff-browser.js';

describe('the officers’ side of vetting', () => {
  let program: TestApp;
  let given: Given;
  let one: GivenCase;
  let first: Browser;
  let second: Browser;
  let third: Browser;
  let administrator: Browser;
  let base: string;

  beforeAll(async () => {
    program = await startTestApp();
    given = new Given(program);
    await given.scheme();
    one = await given.case({ state: 'in_review' });
    base = `/staff/vetting/${one.case.id}`;
    first = await staffBrowser(program, one.officers[0]);
    second = await staffBrowser(program, one.officers[1]);
    third = await staffBrowser(program, one.officers[2]);
    administrator = await staffBrowser(program, await given.cases.person('administrator'));
  });
  afterAll(() => program?.close());

  const stateOf = async (made = one) => (await program.get(VettingCases).get(made.case.id)).state;
  const checks = () => program.get(CaseChecks).of(one.case.id);
  const checkOf = async (key: string) => (await checks()).find((check) => check.key === key)!;

  it('shows the queue by waiting time, to those whom it is for', async () => {
    const list = await first.get('/staff/vetting');
    expect(list.text).toContain('Tap &amp; Sons');
    expect((await first.get('/staff/vetting?waiting=approver')).text).not.toContain(one.case.id);
    expect((await first.get('/staff/vetting?whose=nobody&tier=standard&waiting=officer')).text).toContain(one.case.id);
    expect((await first.get('/staff')).text).toContain('Vetting');
    const registrar = await staffBrowser(program, await given.cases.person('registrar'));
    for (const path of ['/staff/vetting', base]) {
      expect((await registrar.get(path)).status).toBe(403);
      expect((await administrator.get(path)).status).toBe(200);
    }
  });

  it('lets an officer set the price of a large firm, once, which sends the invoice', async () => {
    const large = await given.case({ state: 'fee_due', facts: { employees: 60 } });
    const at = `/staff/vetting/${large.case.id}`;
    const price = `${at}/price`;
    expect((await first.get(base)).text).not.toContain(`${base}/price`);
    expect((await first.get(at)).text).toContain(`href="${price}"`);
    const wrong = await first.submit(price, { application: 'lots', annual: '100001' });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('Enter a price such as 145.50');
    expect((await administrator.submit('/sign-out', { application: '1', annual: '1' }, price)).status).toBe(403);
    expect((await first.submit(price, { application: '£300', annual: '800.50' })).headers['location']).toContain(at);
    expect((await first.get(at)).text).toContain('£360.00');
    expect((await first.get(price)).text).toContain('No price is to be set');
    expect((await first.submit('/sign-out', { application: '1', annual: '1' }, price)).status).toBe(409);
    const audited = await program.get(Audit).historyOf({ kind: 'vetting_case', id: large.case.id }, 50);
    expect(audited.find(({ action }) => action === 'vetting.quoted')?.details).toEqual({
      application: 30_000,
      annual: 80_050,
    });
    const mails = await program.outbox();
    expect(mails.filter(({ text }) => text?.includes('for £360.00'))).toHaveLength(1);
  });

  it('lets administrators read everything and change nothing', async () => {
    const shown = await administrator.get(base);
    expect(shown.text).toContain('only vetting officers decide');
    for (const path of ['/take', '/notes', '/tie', '/moves/recommend', '/actions/new', '/letters/new', '/visits/new']) {
      // From a page with a form: without its token each answer would be about the form and not about who sends it.
      const answer = await administrator.submit('/sign-out', { words: 'x' }, `${base}${path}`);
      expect(answer.text).not.toContain('This page was open for too long');
      expect([path, answer.status]).toEqual([path, 403]);
    }
    expect(await stateOf()).toBe('in_review');
  });

  it('writes down each look at a case', async () => {
    program.clock.advance({ seconds: 1 });
    await first.get(base);
    const [newest] = await program.get(Audit).historyOf({ kind: 'vetting_case', id: one.case.id });
    expect(newest).toMatchObject({ action: 'vetting-case.viewed', actorId: one.officers[0].id });
  });

  it('takes a case on, keeps notes, and gives it back', async () => {
    expect((await first.submit(base, {}, `${base}/take`)).status).toBe(303);
    expect((await first.get('/staff/vetting?whose=mine')).text).toContain(one.case.id);
    expect((await second.get('/staff/vetting?whose=nobody')).text).not.toContain(one.case.id);
    expect((await first.submit(base, { words: ' ' }, `${base}/notes`)).status).toBe(422);
    await first.submit(base, { words: 'Rang them <b>twice</b>.' }, `${base}/notes`);
    expect((await first.get(base)).text).toContain('Rang them &lt;b&gt;twice&lt;/b&gt;.');
    await first.submit(base, {}, `${base}/give-back`);
    expect((await first.get('/staff/vetting?whose=mine')).text).not.toContain(one.case.id);
  });

  it('accepts a check until a day, and sends one back with what is wrong', async () => {
    const insurance = await checkOf('complaints');
    const page = `${base}/checks/${insurance.id}`;
    const date = (year: string) => ({ 'until-day': '31', 'until-month': '1', 'until-year': year, note: '' });
    expect((await first.submit(page, date('2020'), `${page}/accept`)).status).toBe(422);
    expect((await first.submit(page, { ...date('2027'), 'until-month': '13' }, `${page}/accept`)).status).toBe(422);
    expect((await first.submit(page, date('2027'), `${page}/accept`)).status).toBe(303);
    expect(await checkOf('complaints')).toMatchObject({ state: 'accepted', validUntil: '2027-01-31' });
    expect((await first.submit(page, { reason: '' }, `${page}/reject`)).status).toBe(422);
    expect((await first.submit(page, { reason: 'The page is cut off.' }, `${page}/reject`)).status).toBe(303);
    expect(await checkOf('complaints')).toMatchObject({ state: 'rejected', rejection: 'The page is cut off.' });
  });

  it('keeps what was looked up by hand: where, when and what', async () => {
    const { id } = await checkOf('people');
    const page = `${base}/checks/${id}`;
    const look = {
      register: 'Companies House',
      seenAt: 'javascript:alert(1)',
      words: 'Two directors.',
      'looked-day': '20',
      'looked-month': '11',
      'looked-year': '2026',
    };
    expect((await first.submit(page, look, `${page}/looks`)).status).toBe(422);
    const right = { ...look, seenAt: 'https://find-and-update.company-information.service.gov.uk/company/01234567' };
    expect((await first.submit(page, { ...right, 'looked-year': '2027' }, `${page}/looks`)).status).toBe(422);
    expect((await first.submit(page, right, `${page}/looks`)).status).toBe(303);
    const shown = (await first.get(page)).text;
    expect(shown).toContain('Companies House, looked at on 20 November 2026');
    expect(shown).toContain('Two directors.');
  });

  it('goes on a visit with a phone: each save keeps what was there, photos are drawn anew', async () => {
    expect(
      (await first.submit(`${base}/visits/new`, { 'on-day': '32', 'on-month': '1', 'on-year': '2026' })).status,
    ).toBe(422);
    const begun = await first.submit(`${base}/visits/new`, { 'on-day': '20', 'on-month': '11', 'on-year': '2026' });
    const visit = begun.headers['location'] as string;
    const keys = [...(await first.get(visit)).text.matchAll(/name="items\.([a-z_-]+)\.found"/g)].map(([, key]) => key!);
    const [one_, other] = [...new Set(keys)];
    await first.submit(visit, { [`items.${one_}.found`]: 'no', [`items.${one_}.words`]: 'No prices on the quote.' });
    await first.submit(visit, { [`items.${other}.found`]: 'yes', [`items.nothing.found`]: 'yes' });
    const shown = (await first.get(visit)).text;
    expect(shown).toContain('No prices on the quote.');
    const photo = await picture(800, 600)
      .withExif({ IFD0: { Copyright: 'Sam' } })
      .jpeg()
      .toBuffer();
    const send = (bytes: Buffer, name: string) =>
      sendFile(first, visit, `${visit}/photos`, { field: 'photo', name, bytes });
    const refused = await send(heic(), 'IMG_1.jpg');
    expect([refused.status, refused.text.includes('Most Compatible')]).toEqual([422, true]);
    expect((await send(photo, 'van.jpg')).status).toBe(303);
    expect((await first.get(visit)).text).toContain('van.jpg');
    const [, file] = /href="(\/staff\/vetting\/[^"]+\/files\/[^"]+)"/.exec((await first.get(visit)).text)!;
    const opened = await first.get(file!);
    expect(opened.headers).toMatchObject({
      'content-type': 'image/jpeg',
      'cache-control': 'no-store, private',
      'x-content-type-options': 'nosniff',
      'content-disposition': expect.stringMatching(/^attachment; filename="van\.jpg"/),
      'content-security-policy': expect.stringContaining('sandbox'),
    });
    expect((opened.body as Buffer).includes('Exif')).toBe(false);
    const looks = await program.get(Audit).historyOf({ kind: 'evidence', id: file!.split('/').at(-1)! });
    expect(looks.map(({ action }) => action).sort()).toEqual(['evidence.kept', 'evidence.viewed']);
    // The same file through another case is not there.
    const other_ = await given.case({ state: 'in_review' });
    expect((await first.get(file!.replace(one.case.id, other_.case.id))).status).toBe(404);
  });

  it('writes down agreed actions, and waits for them', async () => {
    expect((await first.get(`${base}/moves/agree_actions`)).text).toContain('Write down first what was agreed.');
    const due = { 'due-day': '31', 'due-month': '1', 'due-year': '2027' };
    expect((await first.submit(`${base}/actions/new`, { words: '', ...due })).status).toBe(422);
    expect((await first.submit(`${base}/actions/new`, { words: 'Show prices.', ...due })).status).toBe(303);
    expect((await first.submit(`${base}/moves/agree_actions`)).status).toBe(303);
    expect(await stateOf()).toBe('actions_agreed');
    expect((await first.get(`${base}/moves/actions_done`)).text).toContain('is not done yet');
    const [, done] = /action="([^"]+\/actions\/[^"]+\/done)"/.exec((await first.get(base)).text)!;
    expect((await first.submit(base, {}, done)).status).toBe(303);
    expect((await first.submit(`${base}/moves/actions_done`)).status).toBe(303);
    expect(await stateOf()).toBe('in_review');
  });

  it('sends letters that were looked at first, and keeps them on the file', async () => {
    const letter = { kind: 'ask_more', channel: 'email', words: 'Please send page two.\nThank you.' };
    expect(
      (await first.submit(`${base}/letters/new`, { ...letter, words: '' }, `${base}/letters/preview`)).status,
    ).toBe(422);
    const preview = await first.submit(`${base}/letters/new`, letter, `${base}/letters/preview`);
    expect(preview.text).toContain('This will be sent');
    expect(preview.text).toContain('need something more');
    expect((await program.outbox()).some(({ text }) => text.includes('Please send page two.'))).toBe(false);
    expect((await first.submit(`${base}/letters/new`, letter)).status).toBe(303);
    const sent = (await program.outbox()).find(({ text }) => text.includes('Please send page two.'))!;
    expect(sent.subject).toContain('we need something more from you');
    expect((await first.get(base)).text).toContain('Please send page two.');
    expect((await first.submit(`${base}/letters/new`, { ...letter, channel: 'letter' })).status).toBe(303);
  });

  it('is recommended by one officer and decided by another, who is told why not where they may not', async () => {
    const recommend = `${base}/moves/recommend`;
    expect((await first.submit(recommend, { reason: 'All is well.' })).status).toBe(422);
    const early = await first.submit(recommend, { recommendation: 'approve', reason: 'All is well.' });
    expect(early.status).toBe(422);
    expect(await stateOf()).toBe('in_review');
    await given.cases.acceptAll(one);
    expect((await first.submit(recommend, { recommendation: 'approve', reason: 'All is well.' })).status).toBe(303);
    expect(await stateOf()).toBe('recommended');
    expect((await first.get(base)).text).toContain('You recommended on this case');
    expect((await first.get(`${base}/moves/approve`)).text).not.toContain('<textarea');
    expect((await first.submit(`${base}/moves/send_back`, {}, `${base}/moves/approve`)).status).toBe(403);
    expect((await second.submit(`${base}/moves/send_back`, { reason: '' })).status).toBe(422);
    const approved = await second.submit(`${base}/moves/approve`, { conditions: '', reason: 'Welcome.' });
    expect(approved.status).toBe(303);
    expect(await stateOf()).toBe('approved');
    expect((await program.outbox()).some(({ subject }) => subject === 'Tap & Sons is approved')).toBe(true);
  });

  it('warns, suspends and lifts, each with a letter', async () => {
    const warning = {
      kind: 'warning',
      words: 'Stop doorstep selling.',
      'due-day': '31',
      'due-month': '1',
      'due-year': '2027',
    };
    expect((await second.submit(`${base}/sanctions/new`, { ...warning, kind: '' })).status).toBe(422);
    expect((await second.submit(`${base}/sanctions/new`, warning)).status).toBe(303);
    const mail = (await program.outbox()).find(({ text }) => text.includes('Stop doorstep selling.'))!;
    expect(mail.text).toContain('31 January 2027');
    expect((await second.submit(`${base}/moves/suspend`, { reason: '' })).status).toBe(422);
    expect((await second.submit(`${base}/moves/suspend`, { reason: 'It went on.' })).status).toBe(303);
    expect(await stateOf()).toBe('suspended');
    const told = (await program.outbox()).find(({ text }) => text.includes('It went on.'))!;
    expect(told.text).toContain('you can appeal until');
    expect((await first.submit(`${base}/moves/lift`, { reason: 'It stopped.' })).status).toBe(303);
    expect(await stateOf()).toBe('approved');
    const [, right] = /action="([^"]+\/sanctions\/[^"]+\/right)"/.exec((await first.get(base)).text)!;
    expect((await first.submit(base, {}, right)).status).toBe(303);
  });

  it('lets a third officer decide an appeal, and nobody who had a part in it', async () => {
    const appealed = await given.case({ state: 'appealed' });
    const path = `/staff/vetting/${appealed.case.id}/moves/overturn`;
    for (const officer of appealed.officers.slice(0, 2)) {
      const browser = await staffBrowser(program, officer);
      expect((await browser.get(path)).text).toContain('somebody else has to decide');
      expect((await browser.submit(`/staff/vetting/${appealed.case.id}/tie`, { reason: 'x' }, path)).status).toBe(403);
    }
    expect((await third.submit(path, { reason: 'They were right.' })).status).toBe(303);
    expect(await stateOf(appealed)).toBe('approved');
  });

  it('has no part for an officer who is tied to the business, from the moment they say so', async () => {
    expect((await third.submit(`${base}/tie`, { kind: '' })).status).toBe(422);
    expect((await third.submit(`${base}/tie`, { kind: 'family', words: 'My sister' })).status).toBe(303);
    for (const path of [
      '',
      '/moves/suspend',
      '/letters/new',
      '/visits/new',
      `/checks/${(await checkOf('people')).id}`,
    ]) {
      expect((await third.get(base + path)).status).toBe(403);
    }
    expect((await third.submit('/staff/vetting/../../account', { reason: 'x' }, `${base}/moves/suspend`)).status).toBe(
      403,
    );
    expect((await first.get(base)).text).toContain('is tied to this business');
    expect(JSON.stringify(await program.get(Database).query('SELECT words FROM conflict_declaration'))).not.toContain(
      'sister',
    );
  });

  it('knows no case by a made-up address', async () => {
    for (const id of ['nothing', '00000000-0000-7000-8000-000000000000']) {
      expect((await first.get(`/staff/vetting/${id}`)).status).toBe(404);
      expect((await first.get(`${base}/checks/${id}`)).status).toBe(404);
      expect((await first.get(`${base}/visits/${id}`)).status).toBe(404);
      expect((await first.get(`${base}/files/${id}`)).status).toBe(404);
    }
    expect((await first.get(`${base}/moves/fee_paid`)).status).toBe(404);
  });
});
