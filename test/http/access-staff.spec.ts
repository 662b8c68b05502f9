import { Accounts, For, Invitations, type Role, SecondFactor, SignedIn, Who, WithSecondFactor } from '@carers/access';
import { Audit } from '@carers/audit';
import { Database } from '@carers/database';
import { Public } from '@carers/pages';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module } from '@nestjs/common';
import { Secret, TOTP } from 'otpauth';
import { startTestApp, type TestApp } from '../support/app.js';
import { Browser, linkIn } from './access-browser.js';

@Controller('sample')
class SamplePages {
  @Public()
  @Get('public')
  open() {
    return 'public';
  }

  @Get('undeclared')
  undeclared() {
    return 'undeclared';
  }

  @SignedIn()
  @Get('signed-in')
  signedIn(@Who() who: Who) {
    return who.name;
  }

  @For('carer')
  @Get('carer')
  carer() {
    return 'carer';
  }

  @For('registrar', 'administrator')
  @Get('registrar')
  registrar() {
    return 'registrar';
  }

  @For('business_owner')
  @WithSecondFactor()
  @Get('money')
  money() {
    return 'money';
  }
}

@Controller('api/v1/sample')
class SampleApi {
  @For('registrar')
  @Get('registrar')
  registrar() {
    return { ok: true };
  }
}

@Module({ controllers: [SamplePages, SampleApi] })
class SampleModule {}

let program: TestApp;
let count = 0;

beforeAll(async () => {
  program = await startTestApp({ modules: [SampleModule] });
});
afterAll(() => program?.close());
beforeEach(() => program.get(Database).pool.query('TRUNCATE rate_limit'));

async function person(...roles: Role[]) {
  const email = `staff${++count}@example.org`;
  const id = await program.get(Database).transaction(async (tx) => {
    const made = await program.get(Accounts).ensure(tx, { email, name: `Sam ${count}` });
    for (const role of roles) await program.get(Accounts).grant(tx, made, role);
    return made;
  });
  return { id, email };
}

function codeOf(secret: string): string {
  return TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: program.clock.now().getTime() });
}

/** Signs in with both factors, setting the second one up. */
async function staffBrowser(email: string): Promise<{ browser: Browser; secret: string }> {
  const browser = new Browser(program);
  await browser.signIn(email);
  const setUp = await browser.get('/sign-in/second-factor/set-up');
  const secret = /<bdi dir="ltr">([A-Z2-7 ]+)<\/bdi>/.exec(setUp.text)![1]!.replace(/ /g, '');
  const answer = await browser.submit('/sign-in/second-factor/set-up', { code: codeOf(secret) });
  expect(answer.status).toBe(303);
  return { browser, secret };
}

describe('a route', () => {
  const paths = ['public', 'undeclared', 'signed-in', 'carer', 'registrar', 'money'] as const;
  const to = (path: string) => `/sample/${path}`;

  it('answers each sort of person as it declares', async () => {
    const matrix: Record<string, Record<string, number>> = {};
    const carer = new Browser(program);
    await carer.signIn((await person('carer')).email);
    const owner = new Browser(program);
    await owner.signIn((await person('business_owner')).email);
    const halfRegistrar = new Browser(program);
    await halfRegistrar.signIn((await person('registrar')).email);
    const { browser: registrar } = await staffBrowser((await person('registrar')).email);
    const { browser: administrator } = await staffBrowser((await person('administrator')).email);
    const { browser: vetting } = await staffBrowser((await person('vetting_officer')).email);
    const visitors = { nobody: new Browser(program), carer, owner, halfRegistrar, registrar, administrator, vetting };
    for (const [name, browser] of Object.entries(visitors)) {
      matrix[name] = {};
      for (const path of paths) matrix[name][path] = (await browser.get(to(path))).status;
    }
    const all = (statuses: number[]) => Object.fromEntries(paths.map((path, index) => [path, statuses[index]]));
    expect(matrix).toEqual({
      nobody: all([200, 303, 303, 303, 303, 303]),
      carer: all([200, 403, 200, 200, 403, 403]),
      owner: all([200, 403, 200, 403, 403, 303]),
      halfRegistrar: all([200, 403, 200, 403, 303, 403]),
      registrar: all([200, 403, 200, 403, 200, 403]),
      administrator: all([200, 403, 200, 403, 200, 403]),
      vetting: all([200, 403, 200, 403, 403, 403]),
    });
  });

  it('leads a person to the sign-in page and back, a machine to a problem', async () => {
    const browser = new Browser(program);
    const page = await browser.get('/sample/registrar?page=2');
    expect(page.headers['location']).toBe('/sign-in?next=%2Fsample%2Fregistrar%3Fpage%3D2');
    const api = await browser.get('/api/v1/sample/registrar');
    expect(api.status).toBe(401);
    expect(api.headers['content-type']).toContain('application/problem+json');
    expect(api.body).toMatchObject({ type: '/problems/not-signed-in', status: 401 });
  });

  it('gives anonymous visitors no session cookie', async () => {
    const answer = await new Browser(program).get('/sample/public');
    expect(answer.headers['set-cookie']).toBeUndefined();
  });
});

describe('an error page', () => {
  it('knows who looks at it', async () => {
    const { browser } = await staffBrowser((await person('administrator')).email);
    const answer = await browser.get('/no-such-page');
    expect(answer.status).toBe(404);
    expect(answer.text).toContain('href="/sign-out"');
    expect((await new Browser(program).get('/no-such-page')).text).toContain('href="/sign-in"');
  });
});

describe('a session', () => {
  it('gets a new id at each step up, and the planted one opens nothing', async () => {
    const { email } = await person('registrar');
    const browser = new Browser(program);
    await browser.signIn(email);
    const first = browser.cookie('session')!;
    const { text } = await browser.get('/sign-in/second-factor/set-up');
    const secret = /<bdi dir="ltr">([A-Z2-7 ]+)<\/bdi>/.exec(text)![1]!.replace(/ /g, '');
    await browser.submit('/sign-in/second-factor/set-up', { code: codeOf(secret) });
    const second = browser.cookie('session')!;
    expect(second).not.toBe(first);
    expect((await opens('/sample/signed-in', first)).status).toBe(303);
    expect((await opens('/sample/registrar', second)).status).toBe(200);
  });

  it('opens nothing after signing out, even with the old cookie', async () => {
    const browser = new Browser(program);
    await browser.signIn((await person('carer')).email);
    const cookie = browser.cookie('session')!;
    const answer = await browser.submit('/sign-out');
    expect(answer.headers['location']).toBe('/');
    expect((await opens('/sample/signed-in', cookie)).status).toBe(303);
  });

  it('does not open with a cookie whose signature was altered', async () => {
    const browser = new Browser(program);
    await browser.signIn((await person('carer')).email);
    const cookie = browser.cookie('session')!;
    expect((await opens('/sample/signed-in', cookie)).status).toBe(200);
    expect((await opens('/sample/signed-in', `${cookie.slice(0, -3)}AAA`)).status).toBe(303);
  });

  it('is sent HttpOnly and SameSite, and lies in the database only as a hash', async () => {
    const answer = await new Browser(program).signIn((await person('carer')).email);
    const cookie = (answer.headers['set-cookie'] as unknown as string[]).find((each) => each.startsWith('session='))!;
    expect(cookie).toMatch(/; HttpOnly/);
    expect(cookie).toMatch(/; SameSite=Lax/);
    const [row] = await program
      .get(Database)
      .query<{ all: string }>(`SELECT string_agg(s::text, ' ') AS all FROM session s`);
    expect(row!.all).not.toContain(decodeURIComponent(cookie.slice(8)).split('.')[0]);
  });

  it('of staff ends after an hour unused, of others after 30 days', async () => {
    const { browser: staff } = await staffBrowser((await person('registrar')).email);
    const carer = new Browser(program);
    await carer.signIn((await person('carer')).email);
    program.clock.advance({ minutes: 59 });
    expect((await staff.get('/sample/registrar')).status).toBe(200);
    program.clock.advance({ minutes: 61 });
    expect((await staff.get('/sample/registrar')).status).toBe(303);
    program.clock.advance({ days: 29 });
    expect((await carer.get('/sample/carer')).status).toBe(200);
    program.clock.advance({ days: 31 });
    expect((await carer.get('/sample/carer')).status).toBe(303);
  });

  it('of staff ends after twelve hours even in use', async () => {
    const { browser } = await staffBrowser((await person('registrar')).email);
    for (let step = 0; step < 14; step++) {
      program.clock.advance({ minutes: 50 });
      expect((await browser.get('/sample/registrar')).status).toBe(200);
    }
    program.clock.advance({ minutes: 50 });
    expect((await browser.get('/sample/registrar')).status).toBe(303);
  });

  it('can be ended from another device, but not somebody else’s', async () => {
    const { email } = await person('carer');
    const [phone, laptop, stranger] = [new Browser(program), new Browser(program), new Browser(program)];
    await phone.signIn(email);
    await laptop.signIn(email);
    await stranger.signIn((await person('carer')).email);
    const shown = await laptop.get('/account/sessions');
    const action = /action="(\/account\/sessions\/[0-9a-f-]{36}\/end)"/.exec(shown.text)![1]!;
    await stranger.submit('/sign-out', {}, action);
    expect((await phone.get('/sample/carer')).status).toBe(200);
    await laptop.submit('/account/sessions', {}, action);
    expect((await phone.get('/sample/carer')).status).toBe(303);
    expect((await laptop.get('/sample/carer')).status).toBe(200);
  });
});

describe('the second factor', () => {
  it('is asked for at the next sign-in, and each code works once', async () => {
    const { email } = await person('registrar');
    const { secret } = await staffBrowser(email);
    const browser = new Browser(program);
    const signedIn = await browser.signIn(email, '/sample/registrar');
    expect(signedIn.headers['location']).toBe('/sign-in/second-factor?next=%2Fsample%2Fregistrar');
    const again = await browser.submit('/sign-in/second-factor', { code: codeOf(secret) });
    expect(again.status).toBe(422);
    program.clock.advance({ seconds: 30 });
    const answer = await browser.submit(
      '/sign-in/second-factor?next=%2Fsample%2Fregistrar',
      { code: codeOf(secret), next: '/sample/registrar' },
      '/sign-in/second-factor',
    );
    expect(answer.headers['location']).toBe('/sample/registrar');
    expect((await browser.get('/sample/registrar')).text).toBe('registrar');
  });

  it('cannot be set up anew by somebody who has only the first', async () => {
    const { email } = await person('registrar');
    await staffBrowser(email);
    const browser = new Browser(program);
    await browser.signIn(email);
    const answer = await browser.get('/sign-in/second-factor/set-up');
    expect(answer.headers['location']).toBe('/sign-in/second-factor');
  });

  it('is slowed after ten tries', async () => {
    const browser = new Browser(program);
    await browser.signIn((await person('registrar')).email);
    const tries = [];
    for (let attempt = 0; attempt < 11; attempt++) {
      tries.push((await browser.submit('/sign-in/second-factor/set-up', { code: '000000' })).status);
    }
    expect(tries).toEqual([...Array<number>(10).fill(422), 429]);
  });

  it('of the demo has codes that a page shows', async () => {
    const { id, email } = await person('registrar');
    await program.get(Database).transaction((tx) => program.get(SecondFactor).useDemoSecret(tx, id));
    const browser = new Browser(program);
    await browser.signIn(email);
    const { body } = await browser.get('/dev/totp.json');
    const answer = await browser.submit('/sign-in/second-factor', { code: (body as { code: string }).code });
    expect(answer.headers['location']).toBe('/staff');
  });
});

describe('an administrator', () => {
  it('invites somebody, who accepts, signs in and sets up their app', async () => {
    program.clock.advance({ seconds: 1 });
    const actor = { kind: 'system', id: 'staff:invite' } as const;
    await program
      .get(Database)
      .transaction((tx) => program.get(Invitations).invite(tx, 'first@example.org', 'administrator', null, actor));
    const [message] = await program.outbox();
    expect(message!.to).toBe('first@example.org');
    const browser = new Browser(program);
    const accepted = await browser.submit(linkIn(message!), { name: 'Fay First' });
    expect(accepted.headers['location']).toBe('/sign-in?next=/staff');
    expect((await browser.get('/staff')).status).toBe(303);
    expect((await browser.get(linkIn(message!))).status).toBe(404);
    const { browser: signedIn } = await staffBrowser('first@example.org');
    const home = await signedIn.get('/staff');
    expect(home.text).toContain('Fay First');
    expect(home.text).toContain('/staff/people');
  });

  it('invites from the page, and can take it back', async () => {
    const { browser } = await staffBrowser((await person('administrator')).email);
    program.clock.advance({ seconds: 1 });
    const answer = await browser.submit('/staff/people', { email: 'new@example.org', role: 'registrar' });
    expect(answer.headers['location']).toBe('/staff/people');
    const [message] = await program.outbox();
    const list = await browser.get('/staff/people');
    expect(list.text).toContain('new@example.org');
    const action = /action="(\/staff\/people\/invitations\/[0-9a-f-]{36}\/withdraw)"/.exec(list.text)![1]!;
    await browser.submit('/staff/people', {}, action);
    expect((await new Browser(program).get(linkIn(message!))).status).toBe(404);
  });

  it('demotes during a session, and it bites at the next click', async () => {
    const registrar = await person('registrar', 'carer');
    const { browser } = await staffBrowser(registrar.email);
    const { browser: administrator } = await staffBrowser((await person('administrator')).email);
    expect((await browser.get('/sample/registrar')).status).toBe(200);
    const at = `/staff/people/${registrar.id}`;
    const answer = await administrator.submit(at, { role: 'registrar' }, `${at}/roles/revoke`);
    expect(answer.status).toBe(303);
    expect((await browser.get('/sample/registrar')).status).toBe(403);
    expect((await browser.get('/sample/carer')).status).toBe(200);
  });

  it('disables, which ends every session and each way in', async () => {
    const registrar = await person('registrar');
    const { browser } = await staffBrowser(registrar.email);
    const { browser: administrator } = await staffBrowser((await person('administrator')).email);
    const other = new Browser(program);
    const message = await other.askFor(registrar.email);
    const at = `/staff/people/${registrar.id}`;
    expect((await administrator.submit(at, { reason: 'Left the council' }, `${at}/disable`)).status).toBe(303);
    expect((await browser.get('/sample/registrar')).headers['location']).toContain('/sign-in');
    await other.submit(linkIn(message));
    expect(other.cookie('session')).toBeUndefined();
    const history = await program.get(Audit).historyOf({ kind: 'account', id: registrar.id });
    expect(history.find(({ action }) => action === 'account.disabled')).toMatchObject({
      actorRole: 'administrator',
      reason: 'Left the council',
    });
  });

  it('disables for good: a session that began in that very moment opens nothing', async () => {
    const registrar = await person('registrar');
    const { browser } = await staffBrowser(registrar.email);
    await program.get(Database).pool.query('UPDATE account SET disabled_at = now() WHERE id = $1', [registrar.id]);
    expect((await browser.get('/sample/registrar')).headers['location']).toContain('/sign-in');
  });

  it('cannot lock themselves out', async () => {
    const self = await person('administrator');
    const { browser } = await staffBrowser(self.email);
    const at = `/staff/people/${self.id}`;
    expect((await browser.submit(at, { reason: 'oops' }, `${at}/disable`)).status).toBe(409);
    expect((await browser.submit(at, { role: 'administrator' }, `${at}/roles/revoke`)).status).toBe(409);
    expect((await browser.get('/staff/people')).status).toBe(200);
  });

  it('sees only staff on these pages', async () => {
    const carer = await person('carer');
    const { browser } = await staffBrowser((await person('administrator')).email);
    expect((await browser.get(`/staff/people/${carer.id}`)).status).toBe(404);
    expect((await browser.get('/staff/people')).text).not.toContain(carer.email);
  });

  it('saves nothing of an invitation when its message cannot be queued', async () => {
    const database = program.get(Database);
    const invited = async () =>
      (await database.query<{ n: number }>('SELECT count(*) AS n FROM staff_invitation'))[0]!.n;
    const before = await invited();
    const work = database.transaction(async (tx) => {
      await program.get(Invitations).invite(tx, 'lost@example.org', 'registrar', null, { kind: 'system', id: 'test' });
      throw new Error('the power went');
    });
    await expect(work).rejects.toThrow('the power went');
    expect(await invited()).toBe(before);
    expect((await program.outbox()).some(({ to }) => to === 'lost@example.org')).toBe(false);
  });
});

/** What a request with just this session cookie gets. */
function opens(path: string, cookie: string) {
  return program.browser().get(path).set('cookie', `session=${cookie}`);
}
