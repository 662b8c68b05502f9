import { Accounts } from '@carers/access';
import type { Actor } from '@carers/audit';
import { Database } from '@carers/database';
import { Secret, TOTP } from 'otpauth';
import type { Response } from 'supertest';
import type { TestApp } from '../support/app.js';
import { Browser } from './access-browser.js';

const setUp = '/sign-in/second-factor/set-up';

/** Somebody on the staff, signed in with a second factor that is set up on the way. */
export async function staffBrowser(program: TestApp, person: Actor): Promise<Browser> {
  await program.get(Database).pool.query('TRUNCATE rate_limit');
  const { email } = await program.get(Accounts).contactOf(person.id);
  const browser = new Browser(program);
  await browser.signIn(email!);
  const page = await browser.get(setUp);
  const secret = /<bdi dir="ltr">([A-Z2-7 ]+)<\/bdi>/.exec(page.text)![1]!.replace(/ /g, '');
  const timestamp = program.clock.now().getTime();
  await browser.submit(setUp, { code: TOTP.generate({ secret: Secret.fromBase32(secret), timestamp }) });
  return browser;
}

/** Sends a form with a file, from the page that shows it. */
export async function sendFile(
  browser: Browser,
  from: string,
  to: string,
  file: { field: string; name: string; bytes: Buffer },
): Promise<Response> {
  const token = /name="_csrf" value="([^"]+)"/.exec((await browser.get(from)).text)?.[1] ?? '';
  return browser.agent.post(to).field('_csrf', token).attach(file.field, file.bytes, file.name);
}
