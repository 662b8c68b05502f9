import { Accounts, type Role, type Scope } from '@carers/access';
import { Database } from '@carers/database';
import { bundledScheme, type Policy, SchemeService } from '@carers/places';
import { Secret, TOTP } from 'otpauth';
import type { Response } from 'supertest';
import type { TestApp } from '../support/app.js';
import { Browser } from './access-browser.js';

type Form = Record<string, string | string[]>;

/** The answers of somebody in Poole whom the scheme's rules approve at once, question by question. */
export const carer: readonly [string, Form][] = [
  ['caring', { caring: 'yes' }],
  ['unpaid', { unpaid: 'unpaid' }],
  ['area', { lives: 'here' }],
  ['name', { first: 'Morag', last: 'Tideswell' }],
  ['date-of-birth', { 'birthDate-day': '17', 'birthDate-month': '5', 'birthDate-year': '1971' }],
  ['looked-after', { lookedAfter: 'adult' }],
  ['address', { line1: '4 Quay Row', line2: '', town: 'Poole', postcode: 'bh151hj' }],
  ['contact', { channel: 'email' }],
  ['contact-address', { email: 'Morag@example.org ' }],
  ['carers-information', { email: 'yes', post: 'no' }],
  ['business-offers', { email: 'no', post: 'no' }],
];

/** The demo scheme with rules that leave nothing to chance: no random share is asked for proof. */
export async function schemeWith(program: TestApp, approval: Partial<Policy['approval']> = {}): Promise<void> {
  const document = (await bundledScheme('dorset')) as {
    policies: { document: { approval: object; proof: { askedShare: number } } }[];
  };
  for (const { document: policy } of document.policies) {
    policy.proof.askedShare = 0;
    Object.assign(policy.approval, { automatic: true }, approval);
  }
  await program.get(SchemeService).loadScheme(document);
}

/** Somebody at their browser, applying. */
export class Applicant extends Browser {
  /** Starts, and answers every question up to, but not with, `until`. Changes replace whole pages; null leaves one out. */
  async answerUntil(until: string, given: Record<string, Form | null> = {}): Promise<void> {
    // Who changes how they are reached changes the address with it.
    const changes =
      given['contact'] && !given['contact-address']
        ? { ...given, 'contact-address': addressIn(given['contact']) }
        : given;
    await this.submit('/apply');
    const extra = Object.keys(changes).filter((step) => !carer.some(([name]) => name === step));
    for (const [step, form] of [...carer]) {
      if (step === until) return;
      await this.page(step, changes[step] === undefined ? form : changes[step]);
      for (const more of extra.filter((each) => followers[each] === step)) await this.page(more, changes[more]!);
    }
  }

  /** Answers everything and sends it; gives the page that follows. */
  async apply(changes: Record<string, Form | null> = {}): Promise<Response> {
    await this.answerUntil('check', changes);
    const answer = await this.submit('/apply/check', { declared: 'yes' });
    if (answer.headers['location'] !== '/apply/status') throw new Error(`Not sent: ${answer.status} ${answer.text}`);
    return this.get('/apply/status');
  }

  private async page(step: string, form: Form | null): Promise<void> {
    if (!form) return;
    const answer = await this.submit(`/apply/${step}`, form as Record<string, string>);
    if (answer.status !== 303) throw new Error(`${step}: ${answer.status} ${answer.text}`);
  }
}

/** What the question for the address is answered with; nobody is asked who wants post. */
function addressIn({ channel, ...address }: Form): Form | null {
  return channel === 'post' ? null : address;
}

/** Questions that only some are asked, and what they come after. */
const followers: Record<string, string> = { agreement: 'date-of-birth', 'cared-for': 'address' };

/** Somebody of the staff, signed in with both factors. */
export async function staffOf(
  program: TestApp,
  role: Role,
  name: string,
  scope: Scope | null = null,
): Promise<Browser & { accountId: string }> {
  const email = `${name}@staff.example`;
  const accountId = await program.get(Database).transaction(async (tx) => {
    const id = await program.get(Accounts).ensure(tx, { email, name });
    await program.get(Accounts).grant(tx, id, role, scope);
    return id;
  });
  const browser = new Browser(program);
  await browser.signIn(email);
  const setUp = '/sign-in/second-factor/set-up';
  const secret = /<bdi dir="ltr">([A-Z2-7 ]+)<\/bdi>/.exec((await browser.get(setUp)).text)![1]!.replace(/ /g, '');
  const timestamp = program.clock.now().getTime();
  await browser.submit(setUp, { code: TOTP.generate({ secret: Secret.fromBase32(secret), timestamp }) });
  return Object.assign(browser, { accountId });
}

/** The newest application of somebody by last name, as it lies in the database. */
export async function applicationOf(program: TestApp, lastName: string) {
  const [row] = await program
    .get(Database)
    .query<{ id: string; reference: string; state: string; card_id: string | null; waits_for: string[] }>(
      'SELECT id, reference, state, card_id, waits_for FROM application WHERE last_name = $1 ORDER BY created_at DESC LIMIT 1',
      [lastName],
    );
  return row!;
}
