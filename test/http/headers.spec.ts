import { Controller, Get, Module } from '@nestjs/common';
import { Public } from '@carers/pages';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given } from '../support/given.js';
import { wholeWorld, type WholeWorld } from './whole-world.js';

@Public()
@Controller()
class BrokenPages {
  @Get(['broken', 'api/v1/broken'])
  broken() {
    throw new Error('A secret of the inside');
  }
}

@Module({ controllers: [BrokenPages] })
class BrokenModule {}

let world: WholeWorld;

beforeAll(async () => {
  world = await wholeWorld();
}, 120_000);
afterAll(() => world?.program.close());

function directives(answer: Response): Record<string, string[]> {
  const parts = String(answer.headers['content-security-policy'] ?? '').split(';');
  return Object.fromEntries(parts.map((part) => part.trim().split(' ')).map(([name, ...values]) => [name, values]));
}

/** What is wrong with the headers of an answer. */
function faultsOf(answer: Response, html = true): string[] {
  const faults: string[] = [];
  const { headers } = answer;
  const csp = directives(answer);
  const must = (fine: boolean, what: string) => fine || faults.push(what);
  if (html) {
    for (const name of ['object-src', 'base-uri', 'default-src']) must(csp[name]?.join() === "'none'", name);
    const scripts = [...(csp['script-src'] ?? ['missing']), ...(csp['style-src'] ?? ['missing'])];
    must(
      !/unsafe-inline|unsafe-eval|\*|data:|https?:|missing/.test(scripts.join().replaceAll('wasm-unsafe-eval', '')),
      'scripts or styles',
    );
    must(Boolean(csp['form-action']), 'form-action');
  }
  must(csp['frame-ancestors']?.join() === "'none'", 'frame-ancestors');
  must(headers['x-content-type-options'] === 'nosniff', 'nosniff');
  must(['same-origin', 'no-referrer'].includes(String(headers['referrer-policy'])), 'referrer-policy');
  must(!headers['x-powered-by'] && !headers['server'], 'tells what it runs on');
  return faults;
}

const isHtml = (answer: Response) => Boolean(answer.headers['content-type']?.startsWith('text/html'));

describe('every answer', () => {
  it('of a route has the strict headers, and keeps what is personal out of caches', async () => {
    const wrong: string[] = [];
    for (const { url } of world.program.routes.filter(({ method, url }) => method === 'GET' && url !== '/assets/*')) {
      for (const { as, path } of world.stops(url)) {
        const answer = await world.visitors[as].agent.get(path);
        const faults = faultsOf(answer, isHtml(answer));
        const cache = String(answer.headers['cache-control'] ?? '');
        const personal = as !== 'nobody' || /:token/.test(url);
        if (personal && !/no-store/.test(cache)) faults.push(`may be kept: ${cache}`);
        if (/public/.test(cache) && answer.headers['set-cookie']) faults.push('sets a cookie for everybody');
        if (isHtml(answer) && /https?:\/\/(?!127\.0\.0\.1)[^"]+\.(?:js|css|woff2)/.test(answer.text))
          faults.push('loads from elsewhere');
        wrong.push(...faults.map((fault) => `${as} ${path}: ${fault}`));
      }
    }
    expect(wrong).toEqual([]);
  }, 120_000);

  it('to a stranger sets no cookie where there is no form to protect', async () => {
    const wrong: string[] = [];
    for (const { url } of world.program.routes.filter(({ method, url }) => method === 'GET' && url !== '/assets/*')) {
      for (const { path } of world.stops(url).filter(({ as }) => as === 'nobody')) {
        const answer = await world.program.browser().get(path);
        const cookies = (answer.headers['set-cookie'] ?? []) as unknown as string[];
        const allowed = answer.text?.includes('name="_csrf"');
        if (cookies.length && !allowed && answer.status < 300) wrong.push(`${path}: ${cookies.join()}`);
        for (const cookie of cookies) {
          if (!/; HttpOnly/.test(cookie) || !/; SameSite=(?:Lax|Strict)/.test(cookie)) wrong.push(`${path}: ${cookie}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  }, 120_000);
});

describe('an answer about something wrong', () => {
  let program: TestApp;

  beforeAll(async () => {
    program = await startTestApp({ modules: [BrokenModule] });
    await new Given(program).scheme();
  });
  afterAll(() => program?.close());

  it('has the same headers, is kept by nobody, and tells nothing of the inside', async () => {
    const client = program.browser();
    const answers: [string, number, Response][] = [
      ['unknown', 404, await client.get('/no-such-page')],
      ['unknown to a machine', 404, await client.get('/api/v1/none')],
      ['unreadable address', 404, await client.get('/offers/%E0%A4%A')],
      ['bad text', 422, await client.get('/offers?q=%00')],
      ['no token', 403, await client.post('/sign-in').type('form').send({})],
      ['not signed in', 401, await client.get('/api/v1/till')],
      ['broken', 500, await client.get('/broken')],
      ['broken for a machine', 500, await client.get('/api/v1/broken')],
      [
        'malformed',
        400,
        await client.post('/api/v1/applications').set('content-type', 'application/json').send('{"a":'),
      ],
      [
        'too large',
        413,
        await client
          .post('/sign-in')
          .type('form')
          .send(`contact=${'x'.repeat(300_000)}`),
      ],
      ['unknown format', 415, await client.post('/api/v1/applications').set('content-type', 'text/csv').send('a,b')],
      ['no such asset', 404, await client.get('/assets/none.js')],
    ];
    for (const [what, status, answer] of answers) {
      expect([what, answer.status]).toEqual([what, status]);
      expect([what, ...faultsOf(answer)]).toEqual([what]);
      expect([what, answer.headers['cache-control']]).toEqual([what, 'no-store']);
      expect(answer.text).not.toMatch(/secret of the inside|node_modules|\.ts:|\.js:/);
    }
  });
});

describe('over https', () => {
  let program: TestApp;

  beforeAll(async () => {
    program = await startTestApp({ env: { PUBLIC_URL: 'https://carers.example' } });
    await new Given(program).scheme();
  });
  afterAll(() => program?.close());

  it('browsers are told to stay there, and cookies are bound to this host', async () => {
    for (const path of ['/sign-in', '/apply', '/for-business/join/name']) {
      const answer = await program.browser().get(path);
      expect(answer.headers['strict-transport-security']).toMatch(/max-age=\d{8}/);
      expect(directives(answer)).toHaveProperty('upgrade-insecure-requests');
      for (const cookie of answer.headers['set-cookie'] as unknown as string[]) {
        expect(cookie).toMatch(/^__Host-[^;]+; .*Path=\/(?:;|$)/);
        expect(cookie).toMatch(/; Secure/);
      }
    }
  });

  it('and only there', async () => {
    const answer = await world.program.browser().get('/sign-in');
    expect(answer.headers['strict-transport-security']).toBeUndefined();
    expect(String(answer.headers['set-cookie'])).not.toContain('__Host-');
  });
});
