import { Database } from '@carers/database';
import { type ReadyMessage, Transport } from '@carers/messages';
import { type Invoice, Invoices } from '@carers/payments';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given } from '../support/given.js';
import type { Browser } from './access-browser.js';
import { invoiceFor, ownerOf, staffAs } from './invoices-support.js';

let running: TestApp;
let business: { id: string; name: string };
let owner: Browser;
let stranger: Browser;
let registrar: Browser;
let officer: Browser;

beforeAll(async () => {
  running = await startTestApp();
  const given = new Given(running);
  await given.scheme();
  business = (await given.business({ name: 'Bright Pipes' })).business;
  const other = (await given.business({ name: 'The Lantern' })).business;
  owner = await ownerOf(running, business.id, 'owner@pipes.example');
  stranger = await ownerOf(running, other.id, 'owner@lantern.example');
  registrar = await staffAs(running, 'registrar');
  officer = await staffAs(running, 'vetting_officer');
});
afterAll(() => running?.close());

const get = (invoice: Invoice) => running.get(Invoices).get(invoice.id);
const today = { 'receivedOn-day': '21', 'receivedOn-month': '11', 'receivedOn-year': '2026' };

describe('the owner', () => {
  it('hears of fees only once there is an invoice', async () => {
    const dashboard = `/business/${business.id}`;
    expect((await owner.get(dashboard)).text).not.toContain('/payments');
    await invoiceFor(running, business);
    expect((await owner.get(dashboard)).text).toContain(`${dashboard}/payments`);
  });

  it('sees what is owed, how to pay, and gets every document', async () => {
    const invoice = await invoiceFor(running, business);
    const at = `/business/${business.id}/payments`;
    const list = await owner.get(at);
    expect(list.text).toContain(invoice.number);
    const page = await owner.get(`${at}/${invoice.id}`);
    expect(page.text).toContain('£174.00');
    const pay = await owner.get(`${at}/${invoice.id}/pay`);
    expect(pay.text).toContain('00-00-00');
    expect(pay.text).toContain(`<bdi dir="ltr">${invoice.number}</bdi>`);
    const [link] = /\/business\/[^"]+\/documents\/[^"]+/.exec(page.text)!;
    const file = await owner.get(link!);
    expect(file.headers['content-type']).toBe('application/pdf');
    expect(file.headers['content-disposition']).toContain(`${invoice.number}.pdf`);
    expect((file.body as Buffer).subarray(0, 5).toString()).toBe('%PDF-');
    const again = await owner.get(link!);
    expect((again.body as Buffer).equals(file.body as Buffer)).toBe(true);
    expect((await owner.get(`${at}/statement.pdf`)).status).toBe(200);
    const short = await owner.get(`/pay/${invoice.number.toLowerCase()}`);
    expect(short.headers['location']).toBe(`${at}/${invoice.id}`);
  });

  it('sees nothing of another business', async () => {
    const invoice = await invoiceFor(running, business);
    const at = `/business/${business.id}/payments`;
    const document = /\/documents\/([^"]+)/.exec((await owner.get(`${at}/${invoice.id}`)).text)![1]!;
    const own = `/business/${(await stranger.get('/business')).headers['location']!.split('/').at(-1)}/payments`;
    for (const path of [
      at,
      `${at}/${invoice.id}`,
      `${own}/${invoice.id}`,
      `${own}/${invoice.id}/pay`,
      `${own}/documents/${document}`,
      `${at}/statement.pdf`,
      `/pay/${invoice.number}`,
      `/pay/none`,
    ])
      // prettier-ignore
      expect([path, (await stranger.get(path)).status]).toEqual([path, 404]);
    for (const path of ['/staff/payments', `/staff/payments/${invoice.id}`, `/staff/payments/documents/${document}`])
      expect((await owner.get(path)).status).toBe(403);
  });

  it('reads terms that have changed before a yearly fee is paid, and agrees', async () => {
    const database = running.get(Database);
    await database.query(`DELETE FROM terms_acceptance WHERE business_id = $1`, [business.id]);
    const invoice = await invoiceFor(running, business, { purpose: 'trader-vetting.annual' });
    const pay = `/business/${business.id}/payments/${invoice.id}/pay`;
    const terms = await owner.get(pay);
    expect(terms.text).toContain('Give your offer to everybody');
    expect(terms.text).not.toContain('00-00-00');
    expect((await owner.submit(pay, { version: '2026-1' })).status).toBe(422);
    expect((await owner.submit(pay, { version: '2025-9', agreed: 'yes' })).status).toBe(409);
    expect((await owner.submit(pay, { version: '2026-1', agreed: 'yes' })).status).toBe(303);
    expect((await owner.get(pay)).text).toContain('00-00-00');
    const accepted = await database.query<{ account_id: string | null }>(
      'SELECT account_id FROM terms_acceptance WHERE business_id = $1',
      [business.id],
    );
    expect(accepted).toEqual([{ account_id: expect.any(String) as unknown }]);
  });
});

describe('the payer', () => {
  it('gets the invoice by mail, as the same file that the page gives', async () => {
    const sent: ReadyMessage[] = [];
    const transport = running.get(Transport);
    const deliver = transport.deliver.bind(transport);
    transport.deliver = async (message) => {
      sent.push(message);
      return deliver(message);
    };
    const invoice = await invoiceFor(running, business);
    await running.work();
    const mail = sent.find(({ subject }) => subject.includes(invoice.number))!;
    expect(mail.to).toBe('owner@quay-kitchen.example');
    const [file] = mail.attachments!;
    expect(file).toMatchObject({ name: `${invoice.number}.pdf`, type: 'application/pdf' });
    const page = await owner.get(`/business/${business.id}/payments/${invoice.id}`);
    const [link] = /\/business\/[^"]+\/documents\/[^"]+/.exec(page.text)!;
    expect(((await owner.get(link!)).body as Buffer).equals(file!.bytes)).toBe(true);
    transport.deliver = deliver;
  });
});

describe('staff', () => {
  it('write down a bank payment once, however often the form is sent', async () => {
    const invoice = await invoiceFor(running, business);
    const at = `/staff/payments/${invoice.id}/paid`;
    const form = await registrar.get(at);
    const once = /name="once" value="([^"]+)"/.exec(form.text)![1]!;
    expect(form.text).toContain('value="174.00"');
    const sent = { amount: '£100', reference: 'BACS 77', once, ...today };
    for (let times = 0; times < 2; times++) expect((await registrar.submit(at, sent)).status).toBe(303);
    expect(await get(invoice)).toMatchObject({ duePence: 7_400, receivedPence: 10_000 });
    const mails = (await running.outbox()).filter(({ subject }) => subject === `Receipt for invoice ${invoice.number}`);
    expect(mails).toHaveLength(1);
    expect(mails[0]!.text).toContain('£74.00 is still to be paid');
  });

  it('are told what is wrong with a form', async () => {
    const invoice = await invoiceFor(running, business);
    const at = `/staff/payments/${invoice.id}/paid`;
    const once = '01a1fd8c-6900-7f99-9696-67d3bf7964ce';
    const wrong = await registrar.submit(at, { amount: 'lots', reference: '', once, ...today, 'receivedOn-year': '2031' }); // prettier-ignore
    expect(wrong.status).toBe(422);
    for (const words of ['Enter an amount such as 145.50', 'Enter the reference', 'Enter a real date'])
      expect(wrong.text).toContain(words);
    expect((await get(invoice)).receivedPence).toBe(0);
  });

  it('undo a slip, credit, refund and write off, and see it all in the ledger', async () => {
    const invoice = await invoiceFor(running, business);
    const at = `/staff/payments/${invoice.id}`;
    const send = async (step: string, values: Record<string, string>) => {
      const form = await registrar.get(`${at}/${step}`);
      const once = /name="once" value="([^"]+)"/.exec(form.text)![1]!;
      const answer = await registrar.submit(`${at}/${step}`, { once, ...values });
      expect([step, answer.status]).toEqual([step, 303]);
    };
    await send('paid', { amount: '174', reference: 'BACS 1', ...today });
    const undo = /href="([^"]+\/undo\/[^"]+)"/.exec((await registrar.get(at)).text)![1]!;
    await send(undo.slice(at.length + 1), { reason: 'Another business' });
    await send('paid', { amount: '174', reference: 'BACS 2', ...today });
    const back = { 'refundedOn-day': '21', 'refundedOn-month': '11', 'refundedOn-year': '2026', reference: 'OUT 1' };
    await send('refund', { via: 'bank', amount: '74', fee: 'ends', reason: 'Half not used', ...back });
    await send('refund', { via: 'bank', amount: '50', fee: 'stays', reason: 'Sent by mistake', ...back });
    await send('credit', { amount: '20', reason: 'Good will' });
    await send('write-off', { reason: 'Gone away' });
    const invoiceNow = await get(invoice);
    expect(invoiceNow).toMatchObject({
      state: 'written_off',
      creditedPence: 9_400,
      writtenOffPence: 3_000,
      duePence: 0,
    });
    const page = await registrar.get(at);
    for (const words of ['Entry undone', 'Credit note', 'Money given back', 'Bad debts'])
      expect(page.text).toContain(words);
  });

  it('find invoices by state, business and number, page by page', async () => {
    running.clock.advance({ seconds: 1 });
    const paid = await invoiceFor(running, business, { dueOn: '2026-11-01' });
    const found = async (query: string) => (await registrar.get(`/staff/payments?${query}`)).text;
    expect(await found('state=paid')).not.toContain(paid.number);
    expect(await found('state=open&name=bright+pip')).toContain(paid.number);
    expect(await found('name=lantern')).toContain('no such invoices');
    expect(await found(`name=${paid.number.toLowerCase()}`)).toContain('Overdue');
    expect((await registrar.get('/staff/payments?state=nonsense&after=x')).status).toBe(200);
    expect((await registrar.get('/staff/payments/not-an-id')).status).toBe(404);
  });

  it('let a vetting officer look, and move nothing', async () => {
    const invoice = await invoiceFor(running, business);
    const page = await officer.get(`/staff/payments/${invoice.id}`);
    expect(page.status).toBe(200);
    expect(page.text).not.toContain(`/staff/payments/${invoice.id}/paid`);
    for (const step of ['paid', 'refund', 'credit', 'write-off', 'undo/x'])
      expect((await officer.get(`/staff/payments/${invoice.id}/${step}`)).status).toBe(403);
    expect((await officer.submit('/staff/payments', {}, `/staff/payments/${invoice.id}/remind`)).status).toBe(403);
    expect((await officer.get('/staff/payments/export')).status).toBe(403);
  });

  it('remind a payer, once a day', async () => {
    const invoice = await invoiceFor(running, business);
    const remind = () => registrar.submit(`/staff/payments/${invoice.id}`, {}, `/staff/payments/${invoice.id}/remind`);
    await remind();
    await remind();
    const mails = (await running.outbox()).filter(({ subject }) =>
      subject.includes(`${invoice.number} is not paid yet`),
    );
    expect(mails).toHaveLength(1);
  });

  it('get the ledger as CSV whose debits and credits are equal and whose cells are no formulas', async () => {
    const invoice = await invoiceFor(running, business);
    const paid = `/staff/payments/${invoice.id}/paid`;
    const once = /name="once" value="([^"]+)"/.exec((await registrar.get(paid)).text)![1]!;
    await registrar.submit(paid, { amount: '174', reference: '=1+1', once, ...today });
    const days = { 'from-day': '1', 'from-month': '11', 'from-year': '2026', 'until-day': '30', 'until-month': '11', 'until-year': '2026' }; // prettier-ignore
    const answer = await registrar.submit('/staff/payments/export', { ...days, reason: 'Month end' });
    expect(answer.headers['content-type']).toContain('text/csv');
    expect(answer.text).toContain("'=1+1");
    const [head, ...rows] = answer.text.replace('\uFEFF', '').trim().split('\r\n');
    const [debit, credit] = ['Debit', 'Credit'].map((name) => head!.split(',').indexOf(name));
    const sum = (at: number) => rows.reduce((total, row) => total + Math.round(Number(row.split(',')[at]!) * 100), 0);
    expect(rows.length).toBeGreaterThan(10);
    expect(sum(debit!)).toBe(sum(credit!));
    const noted = await running.get(Database).query(`SELECT reason FROM audit_event WHERE action = 'ledger.exported'`);
    expect(noted).toEqual([{ reason: 'Month end' }]);
  });
});
