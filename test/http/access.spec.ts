import { Accounts, Limits, type Role } from '@carers/access';
import { Database, keyedHash } from '@carers/database';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { Browser, codeIn, linkIn } from './access-browser.js';

let program: TestApp;
let count = 0;

beforeAll(async () => {
  program = await startTestApp();
});
afterAll(() => program?.close());
beforeEach(() => program.get(Database).pool.query('TRUNCATE rate_limit'));

/** An account with a role of its own, for one test. */
async function person(role: Role = 'carer', contact: { mobile?: string } = {}) {
  const email = `person${++count}@example.org`;
  const accounts = program.get(Accounts);
  const id = await program.get(Database).transaction(async (tx) => {
    const made = await accounts.ensure(tx, { name: 'Pat Example', ...(contact.mobile ? contact : { email }) });
    await accounts.grant(tx, made, role);
    return made;
  });
  return { id, email };
}

describe('signing in', () => {
  it('works with the code, in the browser that asked', async () => {
    const { email } = await person();
    const browser = new Browser(program);
    const answer = await browser.signIn(email);
    expect(answer.status).toBe(303);
    expect(answer.headers['location']).toBe('/account');
    const sessions = await browser.get('/account/sessions');
    expect(sessions.status).toBe(200);
    expect(sessions.text).toContain('this one');
  });

  it('works with the link, on another device', async () => {
    const { email } = await person();
    const link = linkIn(await new Browser(program).askFor(email, '/account/sessions'));
    const telephone = new Browser(program);
    const answer = await telephone.submit(link);
    expect(answer.headers['location']).toBe('/account/sessions');
    expect((await telephone.get('/account/sessions')).status).toBe(200);
  });

  it('works by text to a mobile number, however it is spaced', async () => {
    await person('carer', { mobile: '+447700900456' });
    const browser = new Browser(program);
    const message = await browser.askFor('(07700) 900 456');
    expect(message.channel).toBe('text');
    expect(message.to).toBe('+447700900456');
    const answer = await browser.submit('/sign-in/check', { code: codeIn(message) });
    expect(answer.headers['location']).toBe('/account');
  });

  it('does not take the code in a browser that did not ask', async () => {
    const { email } = await person();
    const code = codeIn(await new Browser(program).askFor(email));
    const stranger = new Browser(program);
    await stranger.askFor('nobody@example.org');
    const answer = await stranger.submit('/sign-in/check', { code });
    expect(answer.status).toBe(422);
    expect(stranger.cookie('session')).toBeUndefined();
  });

  it('does not use a link up when it is only looked at', async () => {
    const { email } = await person();
    const link = linkIn(await new Browser(program).askFor(email));
    const scanner = new Browser(program);
    for (let look = 0; look < 3; look++) expect((await scanner.get(link)).status).toBe(200);
    expect((await new Browser(program).submit(link)).status).toBe(303);
  });

  it('takes a link and a code once between them', async () => {
    const { email } = await person();
    const browser = new Browser(program);
    const message = await browser.askFor(email);
    const other = new Browser(program);
    await other.get('/sign-in');
    expect((await other.submit(linkIn(message))).status).toBe(303);
    expect((await other.get(linkIn(message))).status).toBe(404);
    expect((await browser.submit('/sign-in/check', { code: codeIn(message) })).status).toBe(422);
  });

  it('takes a link once when it is followed twice at the same moment', async () => {
    const { email } = await person();
    const link = linkIn(await new Browser(program).askFor(email));
    const browsers = [new Browser(program), new Browser(program)];
    // Each has the page before one of them sends it: afterwards there is no form.
    const tokens = await Promise.all(
      browsers.map(async (each) => /name="_csrf" value="([^"]+)"/.exec((await each.get(link)).text)![1]!),
    );
    const answers = await Promise.all(
      browsers.map((each, at) => each.agent.post(link).type('form').send({ _csrf: tokens[at] })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 404]);
  });

  it('takes neither after ten minutes', async () => {
    const { email } = await person();
    const browser = new Browser(program);
    const message = await browser.askFor(email);
    program.clock.advance({ minutes: 10 });
    expect((await browser.submit('/sign-in/check', { code: codeIn(message) })).status).toBe(422);
    expect((await browser.get(linkIn(message))).status).toBe(404);
  });

  it('takes five codes, and after that not even the right one; the link still works', async () => {
    const { email } = await person();
    const browser = new Browser(program);
    const message = await browser.askFor(email);
    const right = codeIn(message);
    const wrong = right === '111111' ? '222222' : '111111';
    for (let attempt = 0; attempt < 5; attempt++) {
      expect((await browser.submit('/sign-in/check', { code: wrong })).status).toBe(422);
    }
    const answer = await browser.submit('/sign-in/check', { code: right });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('cannot be used any more');
    expect((await new Browser(program).submit(linkIn(message))).status).toBe(303);
  });

  it('counts tries that arrive together', async () => {
    const { email } = await person();
    const browser = new Browser(program);
    const right = codeIn(await browser.askFor(email));
    const wrong = right === '111111' ? '222222' : '111111';
    const shown = await browser.get('/sign-in/check');
    const _csrf = /name="_csrf" value="([^"]+)"/.exec(shown.text)![1]!;
    await Promise.all(
      Array.from({ length: 8 }, () => browser.agent.post('/sign-in/check').type('form').send({ _csrf, code: wrong })),
    );
    expect((await browser.submit('/sign-in/check', { code: right })).status).toBe(422);
  });

  it('keeps no live secret in the database', async () => {
    const { email } = await person();
    const browser = new Browser(program);
    const message = await browser.askFor(email);
    const [row] = await program.get(Database).query<{ all: string }>(
      `SELECT (SELECT string_agg(c::text, ' ') FROM sign_in_challenge c) || ' ' ||
                (SELECT string_agg(j::text, ' ') FROM queue.job j) || ' ' ||
                (SELECT string_agg(m::text, ' ') FROM outgoing_message m) AS all`,
    );
    expect(row!.all).not.toContain(linkIn(message).split('/').at(-1));
    expect(row!.all).not.toContain(email);
  });

  it.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/sign-out',
    'javascript:alert(1)',
    '/%0a//x y',
  ])('never leads on to %s', async (next) => {
    const { email } = await person();
    const answer = await new Browser(program).signIn(email, next);
    expect(answer.headers['location']).toBe('/account');
  });

  it('refuses a form without its token', async () => {
    const browser = new Browser(program);
    const answer = await browser.agent.post('/sign-in').type('form').send({ contact: 'a@example.org' });
    expect(answer.status).toBe(403);
  });

  it('says what to do when the box holds neither address nor number', async () => {
    const answer = await new Browser(program).submit('/sign-in', { contact: 'pat' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Enter an email address like');
  });
});

describe('who has an account', () => {
  it('cannot be told from the answers', async () => {
    const known = (await person()).email;
    const disabled = await person();
    const accounts = program.get(Accounts);
    const actor = { kind: 'system', id: 'test' } as const;
    await program.get(Database).transaction((tx) => accounts.disable(tx, disabled.id, actor));

    const seen = [];
    for (const contact of [known, 'unknown@example.org', disabled.email]) {
      const browser = new Browser(program);
      const asked = await browser.submit('/sign-in', { contact });
      await program.work();
      const waiting = await browser.get('/sign-in/check');
      const wrong = await browser.submit('/sign-in/check', { code: '000000' });
      seen.push([asked, waiting, wrong].map(recognisable));
    }
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[2]).toEqual(seen[0]);
  });

  it('is not even looked up before the answer', async () => {
    const browser = new Browser(program);
    const { email } = await person();
    program.clock.advance({ seconds: 1 });
    await browser.submit('/sign-in', { contact: email });
    const [row] = await program
      .get(Database)
      .query<{ account_id: string | null }>(
        'SELECT account_id FROM sign_in_challenge ORDER BY asked_at DESC, id DESC LIMIT 1',
      );
    expect(row!.account_id).toBeNull();
  });
});

/** Everything of an answer that somebody outside could compare; what is random in every answer is masked. */
function recognisable(answer: { status: number; headers: Record<string, unknown>; text: string }) {
  const { date: _date, 'set-cookie': cookies, 'content-length': _length, ...headers } = answer.headers;
  const masked = ((cookies as string[] | undefined) ?? []).map((cookie) => cookie.replace(/=[^;]+/, '=…'));
  return {
    status: answer.status,
    headers: { ...headers, cookies: masked },
    text: answer.text.replace(/(_csrf" value=")[^"]+/g, '$1…'),
  };
}

describe('asking too often', () => {
  it('slows messages to one contact, says until when, and leaves the link that was sent', async () => {
    const { email } = await person();
    const attacker = new Browser(program);
    const message = await attacker.askFor(email);
    await attacker.submit('/sign-in', { contact: email });
    await attacker.submit('/sign-in', { contact: email });
    const refused = await attacker.submit('/sign-in', { contact: email });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await new Browser(program).submit(linkIn(message))).status).toBe(303);
  });

  it('is the same for a contact that nobody has', async () => {
    const attacker = new Browser(program);
    for (let asked = 0; asked < 3; asked++) {
      expect((await attacker.submit('/sign-in', { contact: 'ghost@example.org' })).status).toBe(303);
    }
    expect((await attacker.submit('/sign-in', { contact: 'ghost@example.org' })).status).toBe(429);
  });

  it('closes the way by code after many wrong ones in a day, and never the way by link', async () => {
    const { email } = await person();
    for (let wrong = 0; wrong < 30; wrong++) await program.get(Limits).note('code-contact', keyedHash(email, 'email'));
    const browser = new Browser(program);
    const message = await browser.askFor(email);
    expect((await browser.submit('/sign-in/check', { code: codeIn(message) })).status).toBe(422);
    expect((await new Browser(program).submit(linkIn(message))).status).toBe(303);
  });

  it('does not count for another contact', async () => {
    const attacker = new Browser(program);
    for (let asked = 0; asked < 4; asked++) await attacker.submit('/sign-in', { contact: 'one@example.org' });
    expect((await attacker.submit('/sign-in', { contact: 'two@example.org' })).status).toBe(303);
  });
});
