import { Accounts, SecondFactor } from '@carers/access';
import { Database } from '@carers/database';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { startTestApp, type TestApp } from '../support/app.js';
import { codeIn } from './access-browser.js';

let program: TestApp;

// As behind a proxy that ends TLS and that nobody told us to trust: the process itself sees plain HTTP.
beforeAll(async () => {
  program = await startTestApp({ env: { PUBLIC_URL: 'https://card.example' } });
});
afterAll(() => program?.close());

describe('where people come over TLS', () => {
  it('every cookie is locked to this host and to TLS, and signing in works', async () => {
    await program
      .get(Database)
      .transaction((tx) => program.get(Accounts).ensure(tx, { email: 'pat@example.org', name: 'Pat' }));
    const jar = new Jar();
    await jar.submit('/sign-in', { contact: 'pat@example.org' });
    const [message] = await program.outbox();
    const answer = await jar.submit('/sign-in/check', { code: codeIn(message!) });
    expect(answer.headers['location']).toBe('/account/sessions');
    expect((await jar.get('/account/sessions')).status).toBe(200);
    expect([...jar.seen.keys()].sort()).toEqual(['__Host-form', '__Host-session', '__Host-sign-in']);
    for (const cookie of jar.seen.values()) expect(cookie).toMatch(/; Path=\/; .*HttpOnly; Secure; SameSite=Lax/);
  });

  it('an address that the visitor made up counts for nothing', async () => {
    const statuses = [];
    for (let asked = 0; asked < 61; asked++) {
      const jar = new Jar();
      jar.headers = { 'x-forwarded-for': `203.0.113.${asked}` };
      statuses.push((await jar.submit('/sign-in', { contact: `nobody${asked}@example.org` })).status);
    }
    expect(statuses.at(-1)).toBe(429);
  });
});

describe('in production', () => {
  it('there is no page with codes', async () => {
    const live = await startTestApp({ env: { NODE_ENV: 'production', PUBLIC_URL: 'https://card.example' } });
    try {
      for (const path of ['/dev/totp', '/dev/totp.json']) {
        expect((await supertest(live.app.getHttpServer()).get(path)).status).toBe(404);
      }
      await expect(
        live.get(Database).transaction((tx) => live.get(SecondFactor).useDemoSecret(tx, 'any')),
      ).rejects.toThrow('not for production');
    } finally {
      await live.close();
    }
  });
});

/** A browser that keeps `Secure` cookies although the test speaks plain HTTP. */
class Jar {
  headers: Record<string, string> = {};
  /** The last Set-Cookie of each name. */
  readonly seen = new Map<string, string>();
  private readonly values = new Map<string, string>();

  async get(path: string) {
    return this.keep(await supertest(program.app.getHttpServer()).get(path).set(this.sent()));
  }

  async submit(path: string, values: Record<string, string>) {
    const shown = await this.get(path);
    const _csrf = /name="_csrf" value="([^"]+)"/.exec(shown.text)?.[1] ?? '';
    const request = supertest(program.app.getHttpServer()).post(path).type('form').set(this.sent());
    return this.keep(await request.send({ _csrf, ...values }));
  }

  private sent(): Record<string, string> {
    return { ...this.headers, cookie: [...this.values].map((pair) => pair.join('=')).join('; ') };
  }

  private keep(answer: supertest.Response): supertest.Response {
    for (const cookie of (answer.headers['set-cookie'] as unknown as string[] | undefined) ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!;
      if (value) this.seen.set(name!, cookie);
      this.values.set(name!, value!);
    }
    return answer;
  }
}
