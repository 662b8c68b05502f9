import { Accounts } from '@carers/access';
import { Delivery, type Officer, Sendings, Starts } from '@carers/bulletins';
import { Database } from '@carers/database';
import { SchemeService } from '@carers/places';
import { Suppressions } from '@carers/suppression';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import PostalMime from 'postal-mime';
import { startTestApp, type TestApp } from '../support/app.js';
import { type BulkCarer, carersInBulk } from '../support/carers-in-bulk.js';
import { testDatabase } from '../support/database.js';
import { Given } from '../support/given.js';
import { givenBulletin } from '../support/given-bulletin.js';
import { SmtpSink } from '../support/smtp-sink.js';
import { startTestWorker, type TestWorker } from '../support/worker.js';
import type { Browser } from './access-browser.js';
import { staffBrowser } from './staff-browser.js';

const base = '/staff/information-service/bulletins';
const sink = new SmtpSink();
const token = 'what we agreed with Notify';
let program: TestApp;
let worker: TestWorker;
let database: Database;
let service: string;
let carers: BulkCarer[];
let first: { browser: Browser; officer: Officer };
let second: { browser: Browser; officer: Officer };
let elsewhere: { browser: Browser; officer: Officer };

beforeAll(async () => {
  const databaseUrl = await testDatabase();
  const at = '2026-11-23T10:00:00Z';
  // The pages without a mail server, so that officers can sign in by the outbox; the worker with one.
  program = await startTestApp({ databaseUrl, at, env: { NOTIFY_CALLBACK_TOKEN: token } });
  const env = { SMTP_URL: await sink.open(), BOUNCE_ADDRESS: 'bounces@card.example' };
  worker = await startTestWorker({ databaseUrl, at, env });
  database = program.get(Database);
  await new Given(program).scheme();
  ({ carersServiceId: service, carers } = await carersInBulk(program.app, 6, (index) =>
    index < 4 ? 'email' : 'post',
  ));
  const [other] = await database.query<{ id: string }>('SELECT id FROM carers_service WHERE id <> $1 LIMIT 1', [
    service,
  ]);
  first = await someone('first', service);
  second = await someone('second', service);
  elsewhere = await someone('elsewhere', other!.id);
});
afterAll(async () => {
  await worker?.close();
  await program?.close();
  await sink.close();
});
beforeEach(async () => {
  sink.mails.length = 0;
  await database.pool.query('TRUNCATE rate_limit');
});

async function someone(name: string, carersService: string) {
  const id = await database.transaction(async (tx) => {
    const account = await program.get(Accounts).ensure(tx, { email: `${name}@example.org`, name });
    await program
      .get(Accounts)
      .grant(tx, account, 'carers_service_officer', { kind: 'carers_service', id: carersService });
    return account;
  });
  const actor = { kind: 'account', id } as const;
  return { browser: await staffBrowser(program, actor), officer: { accountId: id, scope: [carersService], actor } };
}

/** What is due by the clock of the pages, which signing in moves. */
async function work(): Promise<void> {
  worker.clock.set(program.clock.now());
  await worker.work();
}

const stateOf = async (id: string) =>
  (await database.query<{ state: string }>('SELECT state FROM bulletin WHERE id = $1', [id]))[0]!.state;

describe('sending a bulletin', () => {
  it('shows how many by what and what it costs, is confirmed, and goes out with the headers of a list', async () => {
    const id = await givenBulletin(program.app, service, first.officer);
    const send = `${base}/${id}/send`;
    const shown = await first.browser.get(send);
    expect(shown.status).toBe(200);
    expect(shown.text).toContain('6 people will get it');
    expect(shown.text).toContain('£1.36');
    expect((await first.browser.submit(send, { when: 'now' }, `${send}/confirm`)).status).toBe(303);
    await work();
    expect(await stateOf(id)).toBe('sent');
    expect(sink.mails).toHaveLength(4);
    const [mail] = sink.mails;
    const [delivery] = await database.reader.find(Delivery, {
      where: { bulletinId: id, state: 'sent' },
      order: { id: 'ASC' },
    });
    const read = await PostalMime.parse(mail!.raw);
    const header = (name: string) => read.headers.find(({ key }) => key === name)?.value;
    expect(header('list-unsubscribe')).toMatch(/^<http:\/\/127\.0\.0\.1:3000\/preferences\/[\w-]{43}\/unsubscribe>$/);
    expect(header('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
    expect(header('list-id')).toMatch(/^<[\w-]+\.carers-information\./);
    expect(header('auto-submitted')).toBe('auto-generated');
    expect(read.messageId).toMatch(/^<[0-9a-f-]{36}@127\.0\.0\.1>$/);
    expect(mail!.from).toMatch(/^bounces\+[0-9a-f]{32}\.[0-9a-f]{16}@card\.example$/);
    expect(read.text).toContain('Dear ');
    expect(read.html).toContain('<h2');
    expect(mail!.raw).not.toMatch(/<img[^>]+https?:/);
    expect(delivery).toMatchObject({ tries: 0, doubts: 0 });
    const after = await first.browser.get(send);
    expect(after.text).toContain('2 letters are ready for the print house');
    const list = (await first.browser.get(`${base}/${id}/print.csv`)).text.trim().split('\r\n');
    expect(list).toHaveLength(3);
    // The code and the whole postcode together would open somebody's preferences.
    for (const line of list.slice(1)) expect(line).toMatch(/,[A-Z]{1,2}\d[A-Z\d]?$/);
  });

  it('is stopped for somebody by a POST to the address in the header alone', async () => {
    const id = await givenBulletin(program.app, service, first.officer);
    await program.get(Sendings).confirm(id, null, first.officer);
    await work();
    const read = await PostalMime.parse(sink.mails[0]!.raw);
    const url = /<(.+)>/.exec(read.headers.find(({ key }) => key === 'list-unsubscribe')!.value)![1]!;
    const answer = await program.browser().post(new URL(url).pathname).type('form').send('List-Unsubscribe=One-Click');
    expect(answer.status).toBe(200);
    const stopped = sink.mails[0]!.to;
    sink.mails.length = 0;
    const next = await givenBulletin(program.app, service, first.officer);
    await program.get(Sendings).confirm(next, null, first.officer);
    await work();
    expect(sink.mails).toHaveLength(3);
    expect(sink.mails.map(({ to }) => to)).not.toContain(stopped);
    await database.query(`UPDATE subscription SET active = true WHERE channel = 'email'`);
  });

  const begun = async () => {
    const id = await givenBulletin(program.app, service, first.officer);
    await program.get(Sendings).confirm(id, null, first.officer);
    await program.get(Starts).start(id, 1);
    return id;
  };
  const system = { kind: 'system', id: 'test' } as const;

  it('leaves out who is suppressed between the start and their turn, and says why on page and in the file', async () => {
    const id = await begun();
    const { address } = carers[0]!;
    const complaint = { channel: 'email', address, reason: 'complaint' } as const;
    await database.transaction((tx) => program.get(Suppressions).suppress(tx, complaint, system));
    await work();
    expect(sink.mails).toHaveLength(3);
    expect(sink.mails.map(({ to }) => to)).not.toContain(address);
    expect((await first.browser.get(`${base}/${id}/send`)).text).toContain('Marked our mail as spam: 1');
    expect((await first.browser.get(`${base}/${id}/deliveries?state=held`)).text).toContain('Marked our mail as spam');
    const file = await first.browser.get(`${base}/${id}/deliveries.csv?state=held`);
    expect(file.text).toMatch(new RegExp(`${carers[0]!.subscriberId},Email,Not sent,Marked our mail as spam`));
    expect(file.text).not.toContain(address);
    await database.transaction((tx) => program.get(Suppressions).lift(tx, complaint, system));
  });

  it('leaves out who has moved to another carers service meanwhile, whatever they said yes to there', async () => {
    const movers = [carers[1]!.subscriberId, carers[4]!.subscriberId];
    const id = await begun();
    const [other] = await database.query<{ id: string }>('SELECT id FROM carers_service WHERE id <> $1 LIMIT 1', [
      service,
    ]);
    const belong = (to: string) =>
      database.query('UPDATE subscriber SET carers_service_id = $2 WHERE id = ANY($1::uuid[])', [movers, to]);
    await belong(other!.id);
    await work();
    const held = await database.query(
      `SELECT channel, state, held FROM delivery WHERE bulletin_id = $1 AND subscriber_id = ANY($2::uuid[]) ORDER BY channel`,
      [id, movers],
    );
    expect(held).toEqual([
      { channel: 'email', state: 'held', held: 'left' },
      { channel: 'post', state: 'held', held: 'left' },
    ]);
    await belong(service);
  });

  it('lists letters to people who asked for a recording, and prints none for them', async () => {
    const listener = carers[4]!.subscriberId;
    await database.query(`UPDATE subscriber SET format = 'audio' WHERE id = $1`, [listener]);
    const id = await begun();
    await work();
    expect((await first.browser.get(`${base}/${id}/send`)).text).toContain('1 letter is ready for the print house');
    const file = await first.browser.get(`${base}/${id}/deliveries.csv?state=held`);
    expect(file.text).toContain(`${listener},Post,Not sent,To be recorded`);
    await database.query(`UPDATE subscriber SET format = 'standard' WHERE id = $1`, [listener]);
  });

  it('gives no file with a letter that may not be posted, until it was made again without it', async () => {
    const id = await begun();
    await work();
    const send = `${base}/${id}/send`;
    const { subscriberId } = carers[5]!;
    const pause = (until: string | null) =>
      database.query('UPDATE subscriber SET paused_until = $2 WHERE id = $1', [subscriberId, until]);
    await pause('2027-05-01');
    for (const file of ['print.pdf', 'print.csv']) {
      const refused = await first.browser.get(`${base}/${id}/${file}`);
      expect([refused.status, refused.headers['location']]).toEqual([303, `${send}#letters`]);
    }
    const outdated = await first.browser.get(send);
    expect(outdated.text).toContain('1 letter in the file may not be posted as it is');
    expect(outdated.text).not.toContain('print.pdf');
    expect((await first.browser.submit(send, {}, `${base}/${id}/print/again`)).status).toBe(303);
    await work();
    expect((await first.browser.get(send)).text).toContain('1 letter is ready for the print house');
    expect((await first.browser.get(`${base}/${id}/print.pdf`)).status).toBe(200);
    expect((await first.browser.get(`${base}/${id}/print.csv`)).text.trim().split('\r\n')).toHaveLength(2);
    expect((await first.browser.get(`${base}/${id}/deliveries.csv?state=held`)).text).toContain(
      `${subscriberId},Post,Not sent,Asked for a pause`,
    );
    // With the print house it can no longer be stopped: the page says so, and so does the list.
    await pause(null);
    const other = carers[4]!.subscriberId;
    await database.query(`UPDATE subscriber SET paused_until = '2027-05-01' WHERE id = $1`, [other]);
    await first.browser.submit(send, {}, `${base}/${id}/print/handed-over`);
    expect((await first.browser.get(send)).text).toContain('Could not be stopped');
    const printed = await first.browser.get(`${base}/${id}/deliveries?state=printed`);
    expect(printed.text).toContain('Could not be stopped: Asked for a pause');
    await database.query('UPDATE subscriber SET paused_until = NULL');
  });

  it('shows how far it is, and tries parts again that gave up when an officer asks', async () => {
    const id = await begun();
    const send = `${base}/${id}/send`;
    await database.query(
      `UPDATE delivery_batch SET state = 'failed', tries = 5, error = 'TypeError' WHERE bulletin_id = $1 AND channel = 'email'`,
      [id],
    );
    await work();
    const stuck = await first.browser.get(send);
    expect(stuck.text).toContain('1 part of it gave up.');
    expect(stuck.text).toContain('TypeError');
    expect(stuck.text).toContain('2 of 6 copies are done.');
    expect(stuck.text).toMatch(/aria-live="polite" data-sending-said data-sending-state="sending"/);
    expect(stuck.text).toMatch(/src="\/assets\/bulletin-progress\.\w+\.js"/);
    expect(stuck.text).toContain('Look again');
    expect(sink.mails).toHaveLength(0);
    expect((await first.browser.submit(send, {}, `${send}/retry`)).status).toBe(303);
    await work();
    expect(sink.mails).toHaveLength(4);
    const done = await first.browser.get(send);
    expect(done.text).not.toContain('gave up');
    expect(done.text).not.toContain('bulletin-progress');
  });

  it('believes what Notify says of a copy, if it brings our token', async () => {
    const id = await begun();
    await work();
    const [one, two] = await database.reader.find(Delivery, {
      where: { bulletinId: id, state: 'sent' },
      order: { id: 'ASC' },
    });
    const sender = program.browser();
    const told = async (body: object, authorization?: string) => {
      const request = sender.post('/webhooks/notify').send(body);
      return (await (authorization ? request.set('authorization', authorization) : request)).status;
    };
    const { address } = carers.find(({ subscriberId }) => subscriberId === one!.subscriberId)!;
    // Notify says where it went, too. Its own row knows better.
    const gone = { reference: one!.id, status: 'permanent-failure', to: 'new@sink.example', completed_at: 'never' };
    expect(await told(gone)).toBe(401);
    expect(await told(gone, 'Bearer what we agreed with nobody')).toBe(401);
    const states = async () =>
      (await database.reader.find(Delivery, { where: [{ id: one!.id }, { id: two!.id }] }))
        .map(({ state }) => state)
        .sort();
    expect(await states()).toEqual(['sent', 'sent']);
    const ours = `Bearer ${token}`;
    expect(await told(gone, ours)).toBe(204);
    expect(await told(gone, ours)).toBe(204);
    expect(await told({ reference: two!.id, status: 'technical-failure' }, ours)).toBe(204);
    expect(await states()).toEqual(['bounced', 'failed']);
    const blocked = await program.get(Suppressions).blocked(database.reader, 'email', [address, 'new@sink.example']);
    expect([...blocked]).toEqual([[address, 'bounced']]);
    // What is none of ours, or no message at all, is taken and left.
    for (const other of [{ reference: 'theirs', status: 'delivered' }, { status: 7 }, []])
      expect(await told(other, ours)).toBe(204);
    await database.query('DELETE FROM suppressed_address');
  });

  it('lies in the outbox of a demo without a mail server, with its headers', async () => {
    const id = await givenBulletin(program.app, service, first.officer);
    await program.get(Sendings).confirm(id, null, first.officer);
    await program.work();
    expect(await stateOf(id)).toBe('sent');
    const sent = await database.query<{ id: string }>(
      `SELECT id FROM delivery WHERE bulletin_id = $1 AND state = 'sent' ORDER BY id`,
      [id],
    );
    const shown = (await program.outbox()).filter((message) => sent.some((copy) => copy.id === message.id));
    expect(shown.map((message) => message.id).sort()).toEqual(sent.map((copy) => copy.id));
    expect(shown[0]!.subject).toMatch(/^Warm places for /);
    expect(shown[0]!.html).toContain('<h2');
    expect(shown[0]!.headers).toMatchObject({
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      'Auto-Submitted': 'auto-generated',
      'Message-ID': expect.stringContaining(shown[0]!.id),
    });
    const page = await program.browser().get(`/dev/outbox/${shown[0]!.id}`);
    expect(page.text).toContain('Tea is free');
    expect(sink.mails).toHaveLength(0);
  });

  it('waits for another officer where it goes to many, and never takes the first for the second', async () => {
    await database.query(`UPDATE scheme_policy SET document = jsonb_set(document, '{bulletins,fourEyesOver}', '2')`);
    await database.query('UPDATE scheme SET revision = revision + 1');
    program.get(SchemeService).forget();
    const id = await givenBulletin(program.app, service, first.officer);
    const send = `${base}/${id}/send`;
    await first.browser.submit(send, { when: 'now' }, `${send}/confirm`);
    expect(await stateOf(id)).toBe('awaiting_second');
    expect((await first.browser.submit(send, {}, `${send}/approve`)).status).toBe(403);
    expect((await first.browser.get(send)).text).toContain('You confirmed it');
    const two = await Promise.all([
      second.browser.submit(send, {}, `${send}/approve`),
      second.browser.submit(send, {}, `${send}/approve`),
    ]);
    expect(two.map(({ status }) => status).sort()).toEqual([303, 409]);
    await work();
    expect(sink.mails).toHaveLength(4);
  });

  it('is not there for officers of another service', async () => {
    const id = await givenBulletin(program.app, service, first.officer);
    for (const path of ['send', 'deliveries', 'deliveries.csv', 'print.pdf', 'print.csv'])
      expect((await elsewhere.browser.get(`${base}/${id}/${path}`)).status).toBe(404);
    const csrf = /name="_csrf" value="([^"]+)"/.exec((await elsewhere.browser.get(`${base}/new`)).text)![1]!;
    for (const path of ['confirm', 'approve', 'pause', 'resume', 'retry'])
      expect(
        (
          await elsewhere.browser.agent
            .post(`${base}/${id}/send/${path}`)
            .type('form')
            .send({ _csrf: csrf, when: 'now' })
        ).status,
      ).toBe(404);
    expect(carers).toHaveLength(6);
  });
});
