import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import supertest from 'supertest';
import { startSample } from './sample-app.js';

describe('pages over HTTP', () => {
  let app: NestFastifyApplication;
  let web: ReturnType<typeof supertest>;

  beforeAll(async () => {
    app = await startSample();
    web = supertest(app.getHttpServer());
  });
  afterAll(() => app.close());

  async function formToken(): Promise<{ token: string; cookie: string }> {
    const shown = await web.get('/sample').expect(200);
    const token = /name="_csrf" value="([^"]+)"/.exec(shown.text)![1]!;
    return { token, cookie: shown.headers['set-cookie']![0]!.split(';')[0]! };
  }

  const answers = {
    name: 'Ann',
    role: 'month',
    topics: 'year',
    'born-day': '7',
    'born-month': 'March',
    'born-year': '1961',
  };

  it('renders a page with the language, the brand and the words of the catalogue', async () => {
    const { text, headers } = await web.get('/contact').expect(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(text).toContain('<html lang="en-GB" dir="ltr"');
    expect(text).toContain('<title>Contact us – Dorset Carers Card</title>');
    expect(text).toContain('--brand-sea-deep:#083f48');
  });

  it.each(['/accessibility', '/privacy', '/cookies', '/about-the-data', '/problems/form-expired'])(
    'shows %s to everybody, sets no cookie and may be kept',
    async (path) => {
      const { headers } = await web.get(path).expect(200);
      expect(headers['set-cookie']).toBeUndefined();
      expect(headers['cache-control']).toMatch(/^public, max-age=/);
      const again = await web.get(path).set('if-none-match', headers['etag']!).expect(304);
      expect(again.headers['content-security-policy']).toBe(headers['content-security-policy']);
    },
  );

  it.each([
    ['/contact', 200],
    ['/nowhere', 404],
    ['/broken', 500],
    ['/api/v1/nothing', 404],
    ['/contact/%E0%A4%A', 404],
    ['/brand-mark.svg', 200],
  ])('sends the security headers with %s', async (path, status) => {
    const { headers } = await web.get(path).expect(status);
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'/);
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('same-origin');
    expect(headers['permissions-policy']).toContain('camera=()');
    expect(headers['strict-transport-security']).toBeUndefined();
  });

  it('takes a compressed request for what it is, and not for a fault of its own', async () => {
    for (const encoding of ['gzip', 'br', 'unheard-of']) {
      const { status } = await web
        .post('/sample')
        .set('content-type', 'application/json')
        .set('content-encoding', encoding)
        .send('not compressed');
      expect(status).toBe(400);
    }
  });

  it('lets nobody hold a connection for ever', () => {
    expect((app.getHttpServer() as Server).requestTimeout).toBe(60_000);
  });

  it('lets only the scanner use camera, WebAssembly and workers', async () => {
    const { headers } = await web.get('/scanner').expect(200);
    expect(headers['permissions-policy']).toContain('camera=(self)');
    expect(headers['content-security-policy']).toContain("'wasm-unsafe-eval'");
    expect(headers['content-security-policy']).toContain("worker-src 'self'");
    expect(headers['content-security-policy']).toContain("form-action 'self' https://pay.example");
  });

  it('allows exactly the inline style and script that the page holds', async () => {
    const { createHash } = await import('node:crypto');
    const { text, headers } = await web.get('/contact');
    for (const [, inline] of text.matchAll(/<(?:style|script)>([^<]*)</g)) {
      const hash = createHash('sha256').update(inline!).digest('base64');
      expect(headers['content-security-policy']).toContain(`'sha256-${hash}'`);
    }
  });

  it('escapes what a person typed', async () => {
    const { text } = await web.get('/sample');
    expect(text).toContain('value="Zoë &lt;b&gt;"');
    expect(text).not.toContain('<b>"');
  });

  it('refuses a form without its token, kindly', async () => {
    const { text } = await web.post('/sample').type('form').send(answers).expect(403);
    expect(text).toContain('This page was open for too long');
    const { cookie } = await formToken();
    await web
      .post('/sample')
      .set('cookie', cookie)
      .type('form')
      .send({ ...answers, _csrf: 'made-up' })
      .expect(403);
    await web.post('/sample').send(answers).expect(403);
  });

  it('refuses a form sent from another site even with a token', async () => {
    const { token, cookie } = await formToken();
    await web
      .post('/sample')
      .set('cookie', cookie)
      .set('sec-fetch-site', 'cross-site')
      .type('form')
      .send({ ...answers, _csrf: token })
      .expect(403);
  });

  it('needs no token where the route says so, nor in the API', async () => {
    await web.post('/unsubscribe').type('form').send({ 'List-Unsubscribe': 'One-Click' }).expect(201);
    await web.post('/api/v1/things').send({ name: 'Ann' }).expect(201, { name: 'Ann' });
  });

  it('reads a form, goes on to the next page and says once what happened', async () => {
    const { token, cookie } = await formToken();
    const sent = await web
      .post('/sample')
      .set('cookie', cookie)
      .type('form')
      .send({ ...answers, _csrf: token })
      .expect(303);
    expect(sent.headers['location']).toBe('/thanks/1961-03-07');
    const notice = [sent.headers['set-cookie']]
      .flat()
      .find((each) => each!.startsWith('notice='))!
      .split(';')[0]!;
    const next = await web.get('/thanks/1961-03-07').set('cookie', notice).expect(200);
    expect(next.text).toMatch(/site-notice[^]*Save/);
    expect(next.text).toContain('7 March 1961');
    expect(next.headers['cache-control']).toBe('no-store');
    expect([next.headers['set-cookie']].flat()[0]).toMatch(/^notice=;/);
  });

  it('shows a form again with what was typed, a summary and an error at each field', async () => {
    const { token, cookie } = await formToken();
    const typed = { ...answers, name: ' ', role: 'king', topics: ['day', 'year'], 'born-month': '13', _csrf: token };
    const { text } = await web.post('/sample').set('cookie', cookie).type('form').send(typed).expect(422);
    expect(text).toMatch(/<title>Error: /);
    expect(text).toContain('<a href="#name">Some answers need another look</a>');
    expect(text).toContain('<a href="#born">Check this answer</a>');
    expect(text).toMatch(/id="born"[^>]*name="born-day"[^>]*value="7"/);
    expect(text).toMatch(/id="role-error"/);
    expect(text.match(/ checked/g)).toHaveLength(2);
  });
});

describe('pages in the pseudo-locale', () => {
  it('hold no word that is not in a catalogue', async () => {
    const app = await startSample({ defaultLocale: 'en-XA' });
    const web = supertest(app.getHttpServer());
    try {
      for (const path of [
        '/contact',
        '/accessibility',
        '/privacy',
        '/cookies',
        '/about-the-data',
        '/nowhere',
        '/sample',
      ]) {
        const { text } = await web.get(path);
        expect(hardCodedWords(text)).toEqual([]);
      }
    } finally {
      await app.close();
    }
  });
});

describe('pages on https', () => {
  it('hold browsers to https and bind the form cookie to the host', async () => {
    const app = await startSample({ publicUrl: 'https://card.example' });
    const { headers } = await supertest(app.getHttpServer()).get('/sample');
    await app.close();
    expect(headers['strict-transport-security']).toMatch(/^max-age=\d{8}/);
    expect(headers['set-cookie']![0]).toMatch(/^__Host-form=.*; Path=\/; HttpOnly; Secure; SameSite=Lax/);
    expect(headers['content-security-policy']).toContain('upgrade-insecure-requests');
  });
});

/** English words that are left when everything from a catalogue, and the scheme's own name, is taken away. */
function hardCodedWords(html: string): string[] {
  const text = html
    .replace(/<(script|style|svg|bdi|code)[^]*?<\/\1>/g, '')
    .replace(/ (?:aria-label|placeholder|alt|title)="([^"]*)"/g, '>$1<')
    .replace(/<[^>]+>/g, '\n');
  return text
    .replace(/⟦[^]*?⟧/g, '')
    .replaceAll('Dorset Carers Card', '')
    .split('\n')
    .map((piece) => piece.trim())
    .filter((piece) => /[A-Za-z]{2}/.test(piece) && !piece.includes('@'));
}
