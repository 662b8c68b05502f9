import { Accounts } from '@carers/access';
import { messageAt, RenewalReminders, Templates, Versions, WelcomeSeries } from '@carers/automatic-messages';
import { type Card, Cards } from '@carers/cards';
import { Database } from '@carers/database';
import { InformationService, type SourceKind } from '@carers/information-service';
import { addDays } from '@carers/kernel';
import { OutgoingMessage } from '@carers/messages';
import { Places, SchemeService } from '@carers/places';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given } from '../support/given.js';
import type { Browser } from './access-browser.js';
import { staffBrowser } from './staff-browser.js';

const base = '/staff/automatic-messages';
const actor = { kind: 'system', id: 'test' } as const;

let program: TestApp;
let given: Given;
let database: Database;
let here: string;
let admin: Browser;
let officer: Browser;
let people = 0;

beforeAll(async () => {
  program = await startTestApp({ at: '2026-11-21T10:00:00Z' });
  given = new Given(program);
  database = program.get(Database);
  await given.scheme();
  here = await serviceOf('BH1 1AA');
  admin = await staff('administrator', null);
  officer = await staff('carers_service_officer', here);
}, 60_000);
afterAll(() => program?.close());
beforeEach(async () => {
  await database.pool.query('TRUNCATE rate_limit');
  program.clock.set('2026-11-21T10:00:00Z');
});

async function serviceOf(postcode: string): Promise<string> {
  const { regionId } = await program.get(Places).find(postcode);
  const { regions } = await program.get(SchemeService).current();
  return regions.find(({ id }) => id === regionId)!.carersServiceId;
}

async function staff(role: 'administrator' | 'carers_service_officer', service: string | null): Promise<Browser> {
  const id = await database.transaction(async (tx) => {
    const email = `words${++people}@example.org`;
    const account = await program.get(Accounts).ensure(tx, { email, name: `Olive Ofori ${people}` });
    await program.get(Accounts).grant(tx, account, role, service ? { kind: 'carers_service', id: service } : null);
    return account;
  });
  return staffBrowser(program, { kind: 'account', id });
}

async function subscriber(kind: SourceKind = 'web', consent = true) {
  const email = `person${++people}@example.org`;
  const { cardholder } = await given.card({ email, contactChannel: 'email' });
  const consents = [{ purpose: 'carers_information', channel: 'email', given: consent } as const];
  const registered = await database.transaction((tx) =>
    program
      .get(InformationService)
      .register(tx, { cardholder, source: { kind, code: null }, consents, how: 'web', actor, quiet: true }),
  );
  return { ...registered.subscriber, email };
}

const sentAbout = async (id: string) => {
  await program.work();
  const order = { id: 'ASC' } as const;
  return database.reader.find(OutgoingMessage, { where: { aboutId: id }, order });
};
const templatesAbout = async (id: string) => (await sentAbout(id)).map(({ template }) => template);
const night = () => program.get(WelcomeSeries).night();

/** Lets it be so many days ago that they registered: the clock would end the sessions of staff. */
async function since(days: number, ...ids: string[]): Promise<void> {
  const at = addDays('2026-11-21', -days);
  await database.query(`UPDATE subscriber SET registered_at = $1 WHERE id = ANY($2::uuid[])`, [`${at}T10:00:00Z`, ids]);
}

/** Saves words on the page, beginning with those that it shows. */
async function word(browser: Browser, slug: string, markdown: string, query = '', action = 'save') {
  const path = `${base}/${slug}/words/en-GB${query}`;
  const revision = /name="revision" value="(\d+)"/.exec((await browser.get(path)).text)![1]!;
  const shortText = 'A short text.';
  return browser.submit(path, { title: 'Hello {{firstName}}', markdown, shortText, revision, action });
}

describe('the words of an automatic message', () => {
  it('are what staff saved last, and what was sent before stays as it was', async () => {
    const first = await subscriber();
    const second = await subscriber();
    await since(3, first.id, second.id);
    await night();
    const [before] = await sentAbout(first.id);
    expect(before).toMatchObject({ subject: 'Three things you can ask us for', wordsVersionId: null, state: 'sent' });
    const saved = await word(admin, 'welcome-3', 'Come in, {{firstName}}. We are {{service}}.');
    expect(saved.status).toBe(303);
    const copy = await sentAbout(first.id);
    expect(copy).toHaveLength(1);
    expect(copy[0]!.bodyText).toBe(before!.bodyText);
    const third = await subscriber();
    await since(3, third.id);
    await night();
    const [after] = await sentAbout(third.id);
    expect(after).toMatchObject({ subject: 'Hello Margaret', wordsVersionId: expect.any(String) as unknown });
    expect(after!.bodyText).toContain('Come in, Margaret. We are');
    expect(after!.headers).toContain('List-Unsubscribe');
    expect(await sentAbout(second.id)).toHaveLength(1);
  });

  it('of one carers service are not those of the others, and its officers write theirs alone', async () => {
    await word(officer, 'welcome-14', 'Ours alone, {{name}}.');
    const versions = program.get(Versions);
    const key = 'automatic-messages/welcome-14';
    expect((await versions.inForce(key, here, 'cy'))!.markdown).toBe('Ours alone, {{name}}.');
    expect(await versions.inForce(key, await serviceOf('DT1 1XJ'), 'en-GB')).toBeNull();
    const other = `?service=${await serviceOf('DT1 1XJ')}`;
    expect((await officer.get(`${base}/welcome-14${other}`)).status).toBe(404);
    expect((await officer.get(`${base}/renewal-8`)).status).toBe(404);
    expect((await officer.get(base)).text).not.toContain('Card ends in 8 weeks');
    expect((await admin.get(base)).text).toContain('Card ends in 8 weeks');
  });

  it('are not saved with a misspelt field, without a page they need, or over what a colleague saved', async () => {
    const wrong = await word(admin, 'renewal-8', 'Dear {{fristName}}, it ends {{until}}.');
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('Did you mean firstName');
    expect(wrong.text).toContain('{{fristName}}');
    expect((await word(admin, 'business-published', 'You are listed.')).text).toContain('{{page}}');
    expect((await word(admin, 'renewal-8', 'See {{preferences}}')).status).toBe(422);
    await word(admin, 'renewal-4', 'First, {{name}}.');
    const path = `${base}/renewal-4/words/en-GB`;
    const form = { title: 'Late', markdown: 'Second.', shortText: 'Second.', revision: '0', action: 'save' };
    const late = await admin.submit(path, form);
    expect(late.status).toBe(422);
    expect(late.text).toContain('First, {{name}}.');
    expect((await admin.submit(path, { ...form, revision: '1' })).status).toBe(303);
  });

  it('of an earlier version can be had again, and every version stays', async () => {
    await word(admin, 'card-posted', 'One.');
    await word(admin, 'card-posted', 'Two.');
    const path = `${base}/card-posted/words/en-GB/history`;
    const versions = program.get(Versions);
    const now = () => versions.inForce('automatic-messages/card-posted', null, 'en-GB');
    expect((await admin.submit(path, { restore: '1', revision: '2' })).status).toBe(303);
    expect((await now())!.markdown).toBe('One.');
    await admin.submit(path, { restore: '0', revision: '3' });
    expect(await now()).toBeNull();
    expect((await admin.get(path)).text.match(/Version \d/g)).toEqual(
      expect.arrayContaining(['Version 4', 'Version 3', 'Version 2', 'Version 1']),
    );
    const rewriting = database.query(`UPDATE message_template_version SET markdown = 'x'`);
    await expect(rewriting).rejects.toThrow();
  });

  it('can be looked at, and tried on whoever writes them alone', async () => {
    const preview = await admin.get(`${base}/business-received/preview`);
    expect(preview.text).toContain('The Lantern Café');
    const checked = await word(officer, 'welcome', 'Dear {{firstName}}, hello.', '', 'check');
    expect(checked.text).toContain('Dear Morag, hello.');
    const html = await officer.get(`${base}/welcome/preview/email.html?person=large_print`);
    expect(html.text).toContain('Winifred');
    expect(html.headers['content-security-policy']).toContain('sandbox');
    const asked = { channel: 'email', person: 'standard', locale: 'en-GB' };
    await officer.submit(`${base}/welcome/preview`, asked, `${base}/welcome/test`);
    const tests = (await program.outbox()).filter(({ subject }) => subject?.startsWith('Test: '));
    expect(tests).toHaveLength(1);
    expect(tests[0]!.to).toMatch(/^words\d+@example\.org$/);
  });
});

describe('the switch', () => {
  it('stops a message and leaves a note of it, and the audit trail says who and why', async () => {
    const form = { turn: 'off', reason: 'Too many' };
    expect((await officer.submit(`${base}/welcome-14`, form, `${base}/welcome-14/switch`)).status).toBe(303);
    const { id } = await subscriber();
    await since(14, id);
    await night();
    const message = (await sentAbout(id)).find(({ template }) => template.endsWith('welcome-14'));
    expect(message).toMatchObject({ state: 'failed', error: 'Switched off.', bodyText: null });
    const [event] = await database.query<{ reason: string }>(
      `SELECT reason FROM audit_event WHERE action = 'automatic-message.switched-off'`,
    );
    expect(event?.reason).toBe('Too many');
    await officer.submit(`${base}/welcome-14`, { turn: 'on', reason: 'Wanted' }, `${base}/welcome-14/switch`);
    await night();
    expect((await sentAbout(id)).filter(({ template }) => template.endsWith('welcome-14'))).toHaveLength(1);
  });

  it('is not there for what law or safety needs', async () => {
    const page = await admin.get(`${base}/sign-in`);
    expect(page.text).not.toContain('name="reason"');
    const turning = program.get(Templates).turn(messageAt('sign-in')!, null, false, 'x', actor);
    await expect(turning).rejects.toMatchObject({ slug: 'automatic-message-fixed' });
    expect((await admin.get(`${base}/sign-in/words/en-GB`)).status).toBe(409);
  });
});

describe('the welcome series', () => {
  it('goes out on day 3 and 14, once, however often and by however many workers it is begun', async () => {
    const { id } = await subscriber();
    await since(2, id);
    await night();
    expect(await templatesAbout(id)).toEqual([]);
    await since(4, id);
    await Promise.all([night(), night(), night()]);
    expect(await templatesAbout(id)).toEqual(['automatic-messages/welcome-3']);
    await since(15, id);
    await night();
    await night();
    expect(await templatesAbout(id)).toEqual(['automatic-messages/welcome-3', 'automatic-messages/welcome-14']);
  });

  it('is not for people without a yes, who left, or who came from another list; nor sent to who leaves on the way', async () => {
    const silent = await subscriber('web', false);
    const left = await subscriber();
    const brought = await subscriber('import');
    const late = await subscriber();
    const service = program.get(InformationService);
    await database.transaction((tx) => service.leave(tx, left.id, 'link', actor));
    await since(3, silent.id, left.id, brought.id, late.id);
    await night();
    await database.transaction((tx) => service.leave(tx, late.id, 'link', actor));
    for (const { id } of [silent, left, brought]) expect(await templatesAbout(id)).toEqual([]);
    expect((await sentAbout(late.id)).map(({ state }) => state)).toEqual(['failed']);
  });
});

describe('the reminders before a card ends', () => {
  const ends = (card: Card, left: number) => {
    program.clock.set(`${addDays(card.validUntil, -left)}T10:00:00Z`);
    return program.get(RenewalReminders).night();
  };
  const keys = async (id: string) =>
    (await templatesAbout(id)).flatMap((template) => /renewal-\d$/.exec(template)?.[0] ?? []);

  it('come 8, 4 and 1 weeks before, once each, and one that was missed is not made up for by two', async () => {
    const { card, cardholder } = await given.card({ email: 'ends@example.org', contactChannel: 'email' });
    const missed = await given.card();
    await ends(card, 57);
    expect(await keys(cardholder.id)).toEqual([]);
    await Promise.all([ends(card, 56), ends(card, 56)]);
    await ends(card, 40);
    expect(await keys(cardholder.id)).toEqual(['renewal-8']);
    await ends(card, 28);
    await ends(card, 6);
    await ends(card, 0);
    expect(await keys(cardholder.id)).toEqual(['renewal-8', 'renewal-4', 'renewal-1']);
    expect((await sentAbout(missed.cardholder.id)).at(-1)).toMatchObject({ channel: 'post', state: 'to_print' });
  });

  it('do not come after a renewal, to ended cards, or to who was told already under a lost card', async () => {
    const renewed = await given.card({ email: 'renewed@example.org', contactChannel: 'email' });
    const lost = await given.card({ email: 'lost@example.org', contactChannel: 'email' });
    await ends(lost.card, 56);
    const cards = program.get(Cards);
    const next = await database.transaction((tx) => cards.replaceLost(tx, lost.card.id, actor));
    await database.transaction(async (tx) => {
      await cards.revoke(tx, renewed.card.id, 'superseded', actor);
      await cards.issueAgain(tx, renewed.cardholder.id, actor);
    });
    await ends(next.card, 50);
    expect(await keys(lost.cardholder.id)).toEqual(['renewal-8']);
    await ends(renewed.card, 28);
    // Queued while the old card ran, and no longer wanted when it was sent.
    const states = (await sentAbout(renewed.cardholder.id)).map(({ state }) => state);
    expect(states).toEqual(['failed']);
  });
});

describe('"your card is on its way"', () => {
  it('is sent once when staff post a card, and not by letter', async () => {
    const { card, cardholder } = await given.card({ email: 'posted@example.org', contactChannel: 'email' });
    const byPost = await given.card();
    const post = (id: string, cardId: string) =>
      admin.submit(`/staff/cards/${id}`, { card: cardId }, `/staff/cards/${id}/posted`);
    await post(cardholder.id, card.id);
    await post(cardholder.id, card.id);
    await post(byPost.cardholder.id, byPost.card.id);
    expect(await templatesAbout(cardholder.id)).toEqual(['automatic-messages/card-posted']);
    expect(await templatesAbout(byPost.cardholder.id)).toEqual([]);
  });
});
