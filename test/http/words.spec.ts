import { Outbox } from '@carers/messages';
import { PSEUDO_LOCALE } from '@carers/pages';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Parser } from 'htmlparser2';
import type { Response } from 'supertest';
import { type Stop, wholeWorld, type WholeWorld } from './whole-world.js';

let world: WholeWorld;

beforeAll(async () => {
  const seller = {
    INVOICE_SELLER_NAME: '⟦Carers Card CIC⟧',
    INVOICE_SELLER_ADDRESS: '⟦1 The Quay⟧',
    INVOICE_SELLER_VAT_NUMBER: 'GB123456782',
    INVOICE_BANK_SORT_CODE: '000000',
    INVOICE_BANK_ACCOUNT_NUMBER: '00000000',
  };
  world = await wholeWorld({ env: { DEFAULT_LOCALE: PSEUDO_LOCALE, ...seller }, written: (text) => `⟦${text}⟧` });
}, 120_000);
afterAll(() => world?.program.close());

/** Pages for programmers, in the words of the API's own description, and answers that are no pages. */
const leftOut = new Set(['/api/docs', '/assets/*']);

/** What is the same in every language. */
const languageless: RegExp[] = [
  // Versions of wordings.
  /\b\d{4}-\d+(?:-\d+)?(?:\.[\w-]+)+/g,
  /https?:\/\/[^\s⟦⟧]+/g,
  // Ids: after the addresses that have them, and before what looks like a part of one.
  /\b[\da-f]{8}-[\da-f-]{27}\b/g,
  /[\w.+-]+@[\w.-]+\.\w+/g,
  // Dates and times, which the locale's own formats make.
  /\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b/g,
  /\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b/g,
  /\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b/g,
  /\b(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b/g,
  /\d(?:am|pm)\b/g,
  // Card numbers as they are printed, which may have no digit at all.
  /\bCC [0-9A-HJKMNP-TV-Z]{4} [0-9A-HJKMNP-TV-Z]{4} [0-9A-HJKMNP-TV-Z]\b/g,
  // References, as well without a digit; postcodes, secrets to copy, and versions.
  /\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b/g,
  // Codes of leaflets, as well without a digit.
  /\b[0-9A-HJKMNP-TV-Z]{3} [0-9A-HJKMNP-TV-Z]{3}\b/g,
  /\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b/g,
  /\b(?=[A-Z ]*\d)[A-Z\d]{2,}(?:[ -][A-Z\d]+)*\b/g,
  /\b[A-Z2-7]{4}(?: [A-Z2-7]{4})+\b/g,
  // The last part of a page's address, as staff see it.
  /\b[a-z\d]+(?:-[a-z\d]+)+\b/g,
];

/** What is left of a text once everything from a catalogue, from people and without language is taken away. */
function hardCoded(text: string): string {
  let rest = text;
  for (let before = ''; before !== rest;) {
    before = rest;
    rest = rest.replace(/⟦[^⟦⟧]*⟧/g, ' ');
  }
  for (const pattern of languageless) rest = rest.replace(pattern, ' ');
  return /\p{L}/u.test(rest) ? rest.replace(/\s+/g, ' ').trim() : '';
}

// What stands in a box of a form, somebody typed.
const silent = new Set(['script', 'style', 'template', 'code', 'textarea']);
const blocks = /^(?:p|h\d|li|td|th|dt|dd|div|label|legend|button|option|title|caption|summary|section|ul|nav|body|tr)$/;

/** The texts that somebody reads or hears on a page, each block by itself, with those of attributes. */
function textsOf(html: string): { texts: string[]; lang?: string; dir?: string } {
  const texts: string[] = [];
  const open: string[] = [];
  const root: { lang?: string; dir?: string } = {};
  let piece = '';
  const end = () => {
    if (piece.trim()) texts.push(piece);
    piece = '';
  };
  const parser = new Parser({
    onopentag(name, attributes) {
      open.push(name);
      if (name === 'html') Object.assign(root, { lang: attributes['lang'], dir: attributes['dir'] });
      if (blocks.test(name)) end();
      const heard = ['alt', 'title', 'aria-label', 'aria-description', 'placeholder', 'label', 'data-label'];
      for (const each of heard) if (attributes[each]) texts.push(attributes[each]);
      const isButton = name === 'input' && /^(submit|button|reset)$/.test(attributes['type'] ?? '');
      if (isButton && attributes['value']) texts.push(attributes['value']);
      const meta = attributes['name'] ?? attributes['property'] ?? '';
      if (name === 'meta' && /description|title|site_name/.test(meta)) texts.push(attributes['content'] ?? '');
    },
    ontext(text) {
      if (!open.some((name) => silent.has(name))) piece += text;
    },
    onclosetag(name) {
      open.splice(open.lastIndexOf(name), 1);
      if (blocks.test(name)) end();
    },
  });
  parser.end(html);
  end();
  return { texts, ...root };
}

/** Every hard-coded piece of a page, and a wrong language of the whole. */
function faultsOf(html: string): string[] {
  const { texts, lang, dir } = textsOf(html);
  const faults = texts.map(hardCoded).filter(Boolean);
  if (lang !== PSEUDO_LOCALE || dir !== 'ltr') faults.push(`lang ${lang}, dir ${dir}`);
  return [...new Set(faults)];
}

interface Look extends Stop {
  url: string;
  shown: Response;
}

let looks: Promise<Look[]> | undefined;

/** Every page as its visitor sees it, asked for once. */
function everyPage(): Promise<Look[]> {
  return (looks ??= lookEverywhere());
}

async function lookEverywhere(): Promise<Look[]> {
  const found: Look[] = [];
  for (const { url } of world.program.routes.filter(({ method, url }) => method === 'GET' && !leftOut.has(url))) {
    for (const { as, path } of world.stops(url)) {
      found.push({ url, as, path, shown: await world.visitors[as].get(path) });
    }
  }
  return found;
}

describe('in another language', () => {
  it('nothing but catalogues, people and the scheme speaks on any page', async () => {
    const faults: string[] = [];
    let pages = 0;
    for (const { url, path, shown } of await everyPage()) {
      if (shown.status >= 500) faults.push(`${path}: ${shown.status}`);
      if (!shown.headers['content-type']?.includes('text/html')) continue;
      pages++;
      for (const fault of faultsOf(shown.text)) faults.push(`${url}: ${fault}`);
    }
    expect([...new Set(faults)]).toEqual([]);
    expect(pages).toBeGreaterThan(80);
  }, 120_000);

  it('nor on what people are told when they leave a form empty', async () => {
    const faults: string[] = [];
    const seen = new Set<string>();
    for (const { url, as, path, shown } of await everyPage()) {
      const token = /name="_csrf" value="([^"]+)"/.exec(shown.text ?? '')?.[1];
      // Only forms that ask something: a bare button would change the world that the next page needs.
      if (!token || !/<form[^>]*method="post"/.test(shown.text)) continue;
      if (!/<(?:input[^>]*type="(?:text|radio|email|tel)"|textarea)/.test(shown.text)) continue;
      if (!world.program.routes.some((route) => route.method === 'POST' && route.url === url)) continue;
      const answer = await world.visitors[as].agent.post(path).type('form').send({ _csrf: token });
      if (answer.status >= 500) faults.push(`${path}: ${answer.status}`);
      if (answer.status !== 422) continue;
      seen.add(path);
      for (const fault of faultsOf(answer.text)) faults.push(`${url}: ${fault}`);
    }
    expect([...new Set(faults)]).toEqual([]);
    expect(seen.size).toBeGreaterThan(15);
  }, 120_000);

  it('nor on pages about something that went wrong', async () => {
    const faults: string[] = [];
    const { nobody, carer } = world.visitors;
    const wrong = [
      await nobody.get('/no-such-page'),
      await nobody.get('/offers?q=%00'),
      await carer.get('/staff'),
      await nobody.agent.post('/sign-in').type('form').send({}),
      await nobody.agent
        .post('/sign-in')
        .type('form')
        .send(`contact=${'x'.repeat(300_000)}`),
    ];
    for (const { text, status } of wrong) {
      expect(status).toBeGreaterThanOrEqual(400);
      for (const fault of faultsOf(text)) faults.push(`${status}: ${fault}`);
    }
    expect(faults).toEqual([]);
  });

  it('nor in any message', async () => {
    const messages = await world.program.get(Outbox).newest(1000);
    const faults = messages.flatMap(({ subject, text, html }) => [
      ...[subject, text].map(hardCoded),
      ...(html ? textsOf(html).texts.map(hardCoded) : []),
    ]);
    expect([...new Set(faults.filter(Boolean))]).toEqual([]);
    expect(new Set(messages.map(({ subject }) => subject)).size).toBeGreaterThan(5);
  });
});
