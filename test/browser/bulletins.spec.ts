import { writeFile } from 'node:fs/promises';
import { type Officer, Sendings } from '@carers/bulletins';
import { Database } from '@carers/database';
import { SchemeService } from '@carers/places';
import { Referrers } from '@carers/referrers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Secret, TOTP } from 'otpauth';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import PostalMime, { type Email } from 'postal-mime';
import { buildAssets } from '../../apps/cli/assets.mjs';
import { startTestApp, type TestApp } from '../support/app.js';
import { openBrowser } from '../support/browser.js';
import { carersInBulk } from '../support/carers-in-bulk.js';
import { decodeQr } from '../support/decoder.js';
import { picture } from '../support/files.js';
import { Given } from '../support/given.js';
import { givenBulletin, officerOf } from '../support/given-bulletin.js';
import { type LetterSide, readPrintRun } from '../support/read-print-run.js';
import { SmtpSink } from '../support/smtp-sink.js';

/** Where pictures go when somebody wants to look at them. */
const pictures = process.env['PICTURES'];
const phone = { viewport: { width: 390, height: 844 } };
const desk = { viewport: { width: 1280, height: 900 } };
const bulletins = '/staff/information-service/bulletins';

const sink = new SmtpSink();
let program: TestApp;
let chromium: Browser;
let origin: string;
let service: string;
let addresses: string[];
let officers: { olive: Officer; omar: Officer };
/** The bulletin that goes out. */
let sentPath: string;
/** Whom the header stopped. */
let stopped: string;
/** Signed in once, and used by what follows: Olive at her desk. */
let olive: Page;

beforeAll(async () => {
  await buildAssets();
  const env = { SMTP_URL: await sink.open(), BOUNCE_ADDRESS: 'bounces@card.example' };
  program = await startTestApp({ at: '2026-11-23T10:00:00Z', env });
  const given = new Given(program);
  await given.scheme();
  const { business } = await given.business({ name: 'The Lantern Café' });
  await given.offer(business.id);
  // Four by e-mail and two by post, of whom one reads large print.
  const made = await carersInBulk(
    program.app,
    6,
    (index) => (index < 4 ? 'email' : 'post'),
    (index) => index === 5,
  );
  service = made.carersServiceId;
  addresses = made.carers.filter(({ channel }) => channel === 'email').map(({ address }) => address);
  const database = program.get(Database);
  await database.query(`UPDATE scheme_policy SET document = jsonb_set(document, '{bulletins,fourEyesOver}', '3')`);
  await database.query('UPDATE scheme SET revision = revision + 1');
  program.get(SchemeService).forget();
  officers = {
    olive: await officerOf(program.app, 'olive', service),
    omar: await officerOf(program.app, 'omar', service),
  };
  await program.app.listen(0, '127.0.0.1');
  origin = await program.app.getUrl();
  chromium = await openBrowser();
  olive = await windowOf(desk);
  await signIn(olive, 'olive@officers.example');
}, 180_000);
afterAll(async () => {
  await chromium?.close();
  await program?.close();
  await sink.close();
});
beforeEach(() => program.get(Database).pool.query('TRUNCATE rate_limit'));

async function windowOf(options: BrowserContextOptions): Promise<Page> {
  const context = await chromium.newContext(options);
  context.setDefaultTimeout(30_000);
  return context.newPage();
}

let shots = 0;
async function shot(page: Page, name: string): Promise<void> {
  if (!pictures) return;
  const before = page.viewportSize()!;
  for (const [size, width] of [['phone', 390] as const, ['desk', 1280] as const]) {
    await page.setViewportSize({ width, height: 844 });
    await page.screenshot({
      path: `${pictures}/${String(++shots).padStart(2, '0')}-${name}-${size}.png`,
      fullPage: true,
    });
  }
  await page.setViewportSize(before);
}

const words = (page: Page) => page.locator('main').innerText();
const here = (page: Page) => new URL(page.url()).pathname;
const open = (page: Page, path: string) => page.goto(path.startsWith('http') ? path : origin + path);

/** Fills in fields by their names; presses what has this name, and waits for the page that follows. */
async function send(page: Page, button: string | RegExp, fields: Record<string, string> = {}): Promise<void> {
  for (const [name, value] of Object.entries(fields)) {
    const field = page.locator(`main [name="${name}"]`);
    const choice = page.locator(`main [name="${name}"][value="${value}"]`);
    if (/radio|checkbox/.test((await field.first().getAttribute('type')) ?? '')) await choice.check();
    else if (await field.evaluate((found) => found.tagName === 'SELECT')) await field.selectOption(value);
    else await field.fill(value);
  }
  await press(page, page.locator('main').getByRole('button', { name: button, exact: typeof button === 'string' }));
}

async function press(page: Page, what: Locator): Promise<void> {
  await Promise.all([page.waitForEvent('load'), what.click()]);
  const faults = await page.locator('.govuk-error-summary').allInnerTexts();
  if (faults.length > 0) throw new Error(`${page.url()}: ${faults.join(' ')}`);
}

/** Does what is due, then gives the mails that came meanwhile. */
async function mails(): Promise<(Email & { raw: string; address: string })[]> {
  sink.mails.length = 0;
  await program.work();
  return Promise.all(sink.mails.map(async ({ raw, to }) => ({ ...(await PostalMime.parse(raw)), raw, address: to })));
}

/** With the code of the mail, and a second factor that is set up on the way. */
async function signIn(page: Page, email: string): Promise<void> {
  await program.get(Database).pool.query('TRUNCATE rate_limit');
  await open(page, '/sign-in');
  await send(page, /./, { contact: email });
  const mail = (await mails()).find(({ address }) => address === email)!;
  await send(page, /./, { code: /\b\d{6}\b/.exec(mail.text!)![0] });
  await open(page, '/sign-in/second-factor/set-up');
  const secret = (await page.locator('main strong bdi').innerText()).replaceAll(' ', '');
  const timestamp = program.clock.now().getTime();
  await send(page, /./, { code: TOTP.generate({ secret: Secret.fromBase32(secret), timestamp }) });
}

const text = (name: string) => `## Warm places this winter

Dear {{${name}}}, these places are warm and open to everybody. **Tea is free.**

![](picture:1)

- The library, every day from 10am
- St Peter’s hall, Tuesdays

\`\`\`event
title: Coffee morning
date: 5 December 2026
from: 10:30am
to: 12 noon
place: Poole Library, BH15 1QE
book: phone 01632 960 123
\`\`\``;

/** Writes it from the first page to a text without a fault. @returns the address of its page */
async function write(page: Page): Promise<string> {
  await open(page, bulletins);
  await press(page, page.getByRole('button', { name: 'Write a bulletin' }));
  await send(page, 'Continue', { title: 'Warm places', purpose: 'carers_information' });
  const editor = here(page);
  const path = editor.split('/').slice(0, 5).join('/');
  await open(page, `${path}/pictures`);
  const buffer = await picture(900, 500).jpeg().toBuffer();
  await page.setInputFiles('input[type=file]', { name: 'hall.jpg', mimeType: 'image/jpeg', buffer });
  await send(page, 'Add a picture', { alt: 'The hall, with its lights on' });
  await shot(page, 'pictures');
  await open(page, editor);
  const fields = { title: 'Warm places for {{firstName}}', shortText: 'Warm places are open, {{firstName}}.' };
  // It is saved, and above all else stands what keeps it from being sent.
  await expect(send(page, 'Save', { ...fields, markdown: text('fristName') })).rejects.toThrow(
    /1 thing must be put right[\s\S]*Did you mean firstName/,
  );
  await shot(page, 'misspelt');
  await send(page, 'Save', { markdown: text('firstName') });
  expect(await words(page)).not.toContain('must be put right');
  await send(page, 'Save and find', { find: 'lantern' });
  await press(page, page.getByRole('button', { name: /^Put it in:/ }).first());
  expect(await page.locator('[name=markdown]').inputValue()).toContain('::offer{');
  await shot(page, 'written');
  await send(page, 'Save and preview');
  return path;
}

/** As Winifred gets it, who reads large print. */
async function preview(page: Page, path: string): Promise<void> {
  await open(page, `${path}/preview?person=large_print`);
  const seen = await words(page);
  for (const each of ['Winifred', 'Warm places are open, Winifred.', 'Coffee morning', 'The Lantern Café'])
    expect(seen).toContain(each);
  await shot(page, 'preview');
  const [mail] = await Promise.all([page.waitForEvent('popup'), page.locator('a[target=_blank]').first().click()]);
  await mail.waitForLoadState();
  expect(await mail.locator('body').innerText()).toContain('Dear Winifred');
  expect(await mail.locator('img[alt="The hall, with its lights on"]').count()).toBe(1);
  await shot(mail, 'email');
  await mail.close();
  const letter = await page.context().request.get(`${origin}${path}/preview/letter.pdf?person=large_print`);
  const [sides] = readPrintRun(await letter.body());
  expect(sides!.some(({ lines }) => lines.some(({ size }) => size === 18))).toBe(true);
  if (pictures) await writeFile(`${pictures}/preview.pdf`, await letter.body());
}

describe('two officers in Chromium', () => {
  it('write, preview and test a bulletin, say yes twice, and see it go out', async () => {
    const path = await write(olive);
    await preview(olive, path);
    await send(olive, 'Email me');
    const [test, ...others] = await mails();
    expect([test!.address, others]).toEqual(['olive@officers.example', []]);
    expect(test!.subject).toBe('[Test] Warm places for Winifred');

    await open(olive, `${path}/send`);
    expect(await olive.locator('[name=segment] option').allInnerTexts()).toEqual(['Everybody who said yes to this']);
    await send(olive, 'Count them', { segment: 'everybody' });
    expect(await words(olive)).toContain('6 people will get it');
    await shot(olive, 'counted');
    await send(olive, 'Confirm', { when: 'now' });
    expect(await words(olive)).toContain('You confirmed it');
    expect(await mails()).toEqual([]);

    const omar = await windowOf(desk);
    await signIn(omar, 'omar@officers.example');
    await open(omar, bulletins);
    await omar.getByRole('link', { name: 'Warm places' }).click();
    await omar.getByRole('link', { name: 'Send this bulletin' }).click();
    await omar.getByText('6 people will get it').first().waitFor();
    expect(await words(omar)).toMatch(/£\d+\.\d\d/);
    await shot(omar, 'second');
    await preview(omar, path);
    await open(omar, `${path}/send`);
    await send(omar, 'Yes, send it');
    const sent = await mails();
    expect(sent.map(({ address }) => address).sort()).toEqual([...addresses].sort());
    for (const mail of sent) looksRight(mail);
    await open(omar, `${path}/send`);
    expect(await words(omar)).toContain('2 letters are ready for the print house');
    await shot(omar, 'sent');
    await omar.context().close();
    sentPath = path;
    stopped = sent[0]!.address;
    const header = sent[0]!.headers.find(({ key }) => key === 'list-unsubscribe')!.value;
    const posted = await fetch(origin + new URL(header.slice(1, -1)).pathname, {
      method: 'POST',
      body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
    });
    expect(posted.status).toBe(200);
  }, 180_000);

  it('get letters whose address stands in the window, and whose code leads by keyboard to what somebody gets', async () => {
    await open(olive, `${sentPath}/send`);
    const href = await olive.locator('main a[href$="/print.pdf"]').getAttribute('href');
    const file = await (await olive.context().request.get(origin + href)).body();
    if (pictures) await writeFile(`${pictures}/letters.pdf`, file);
    const letters = readPrintRun(file);
    expect(letters).toHaveLength(2);
    for (const [first] of letters) addressInWindow(first!);
    const sizeOf = (sides: LetterSide[]) =>
      Math.max(...sides[0]!.lines.filter(({ down }) => down > 98).map(({ size }) => size));
    const [standard, large] = letters.sort((one, other) => sizeOf(one) - sizeOf(other));
    expect(standard!.some(({ lines }) => lines.some(({ size }) => size === 12))).toBe(true);
    expect(large!.some(({ lines }) => lines.some(({ size }) => size === 18))).toBe(true);
    expect(large!.every(({ lines }) => lines.every(({ size, down }) => size >= 18 || down < 98 || down > 280))).toBe(
      true,
    );

    const scanned = new URL((await decodeQr(large![0]!.square!))!);
    expect(scanned.pathname).toBe('/preferences/code');
    const page = await windowOf(phone);
    await open(page, scanned.pathname + scanned.search);
    await tabTo(page, '#postcode');
    // Of the sixth of the people, who reads large print.
    await page.keyboard.type('bh6 5af');
    await enter(page);
    await shot(page, 'preferences');
    await tabTo(page, 'input[name="carers_information.post"]');
    await page.keyboard.press('ArrowDown');
    expect(await page.locator('input[name="carers_information.post"]:checked').getAttribute('value')).toBe('no');
    await tabTo(page, 'main form[novalidate] button');
    await enter(page);
    await shot(page, 'preferences-saved');
    await page.context().close();
  }, 60_000);

  it('send the next to everybody but who stopped it', async () => {
    const next = await givenBulletin(program.app, service, officers.olive);
    await program.get(Sendings).confirm(next, null, officers.olive);
    await program.get(Sendings).approve(next, officers.omar);
    const left = addresses.filter((address) => address !== stopped);
    expect((await mails()).map(({ address }) => address).sort()).toEqual(left.sort());
    await open(olive, `${bulletins}/${next}/send`);
    expect(await words(olive)).toContain('1 letter is ready for the print house');
  }, 60_000);
});

/** The address, and nothing else, is seen in the window of a DL envelope: 20 mm from the left, 90 by 35 mm. */
function addressInWindow({ lines }: LetterSide): void {
  const seen = lines.filter(({ left, down }) => left > 15 && left < 125 && down > 30 && down < 95);
  expect(seen.length).toBeGreaterThanOrEqual(4);
  for (const { left, down } of seen) {
    expect(left).toBeCloseTo(24.6, 1);
    expect([down > 57, down < 81]).toEqual([true, true]);
  }
}

/** Goes on with the Tab key until something that fits has the focus. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let step = 0; step < 120; step++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
  }
  throw new Error(`The Tab key never comes to ${selector} on ${page.url()}.`);
}

async function enter(page: Page): Promise<void> {
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
  expect(await page.locator('.govuk-error-summary').allInnerTexts()).toEqual([]);
}

describe('the list of a carers service in Chromium', () => {
  const list = '/staff/subscribers';

  it('names the referrer through whom somebody signed up without a card', async () => {
    const facts = { line1: '1 High Street', line2: null, town: 'Bournemouth', postcode: 'BH1 1AA', region: undefined };
    const contact = { contactName: 'Pat Manager', contactPhone: null, contactEmail: null, figuresBy: 'none' as const };
    const { code } = await program
      .get(Referrers)
      .make({ kind: 'gp_practice', name: 'Rowan Surgery', code: null, ...facts, ...contact }, null, {
        kind: 'system',
        id: 'test',
      });
    const carer = await windowOf(phone);
    await open(carer, `/r/${code}`);
    expect(await words(carer)).toContain('Welcome from Rowan Surgery');
    await shot(carer, 'referrer');
    await press(carer, carer.getByRole('link', { name: 'Sign up without a card' }));
    const born = { 'birthDate-day': '3', 'birthDate-month': '4', 'birthDate-year': '1958' };
    await send(carer, 'Continue', {
      ...{ firstName: 'Tabitha', lastName: 'Merryweather', ...born, postcode: 'bh11aa' },
      ...{ channel: 'email', email: 'tabitha@example.org', consents: 'carers_information.email' },
    });
    await shot(carer, 'join-check');
    await send(carer, 'Register');
    expect(here(carer)).toBe('/carers-service/joined');
    await carer.context().close();
    expect((await mails()).map(({ address }) => address)).toContain('tabitha@example.org');
    await open(olive, list);
    const row = await olive.getByRole('row').filter({ hasText: 'Merryweather' }).innerText();
    expect(row).toMatch(new RegExp(`Referrer \\(${code}\\)`));
    await shot(olive, 'list');
  }, 60_000);

  it('takes in a messy file, of which nothing is lost unseen', async () => {
    const csv =
      'Carer Name;D.O.B.;E-mail;Telephone;Address;Town;Post Code;Notes\r\n' +
      'Mrs Zoë Barton;3/4/1961;ZOE@example.org ;;;;bh11aa;x\r\n' +
      '"O\'Neill, Patrick";03-Apr-61;;7700900301;"Flat 2\r\n1 Sea Road";Bournemouth;BH1 1AA;\r\n' +
      ';;;;;;;\r\n' +
      'Bad Date;31/2/1990;bad.date@example.org;;;;BH1 1AA;\r\n' +
      '"=HYPERLINK(""http://x"")";;not an address;;;;BH1 1AA;\r\n' +
      'Zoe Barton;;zoe@example.org;;;;BH1 1AA;\r\n';
    await open(olive, '/staff/information-service/import');
    // As an old spreadsheet saves it.
    const buffer = Buffer.from(csv, 'latin1');
    await olive.setInputFiles('input[type=file]', { name: 'carers.csv', mimeType: 'text/csv', buffer });
    await send(olive, 'Upload');
    const at = here(olive);
    await shot(olive, 'columns');
    await send(olive, 'Check the list');
    await program.work();
    await open(olive, at);
    await shot(olive, 'checked');
    const rejected = await (await olive.context().request.get(`${origin}${at}/errors.csv`)).text();
    expect(rejected).toContain("'=HYPERLINK");
    expect(rejected).toContain('Bad Date');
    await send(olive, 'Put in 2 rows');
    await program.work();
    await open(olive, `${at}?rows=registered`);
    expect(await words(olive)).toMatch(/Zoë Barton[\s\S]*Patrick O'Neill/);
    await shot(olive, 'imported');
    await open(olive, list);
    for (const name of ['Barton', 'Neill'])
      expect(await olive.getByRole('row').filter({ hasText: name }).innerText()).toContain('Imported list');
  }, 60_000);
});

/** The headers of a list (RFC 2369, 8058, 2919, 3834), and both kinds of words. */
function looksRight(mail: Email & { raw: string }): void {
  const header = (name: string) => mail.headers.find(({ key }) => key === name)?.value;
  expect(header('list-unsubscribe')).toMatch(/^<http:\/\/127\.0\.0\.1:3000\/preferences\/[\w-]{43}\/unsubscribe>$/);
  expect(header('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
  expect(header('list-id')).toMatch(/^<[\w-]+\.carers-information\./);
  expect(header('auto-submitted')).toBe('auto-generated');
  expect(mail.messageId).toMatch(/^<[0-9a-f-]{36}@127\.0\.0\.1>$/);
  expect(mail.text).toContain('Coffee morning');
  expect(mail.html).toMatch(/<h2[\s\S]*alt="The hall, with its lights on"/);
}
