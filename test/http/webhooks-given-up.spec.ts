import { Accounts } from '@carers/access';
import { Database } from '@carers/database';
import { GivenUpSchedule } from '@carers/information-service';
import { OutgoingMessage } from '@carers/messages';
import { type SchemeInForce, SchemeService } from '@carers/places';
import { DeliveryRetention, WebhookEndpoints, Webhooks } from '@carers/webhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given } from '../support/given.js';

const type = 'subscriber.registered';
let program: TestApp;
let database: Database;
let service: SchemeInForce['carersServices'][number];
let owner: { kind: 'account'; id: string };

beforeAll(async () => {
  program = await startTestApp();
  database = program.get(Database);
  await new Given(program).scheme();
  service = (await program.get(SchemeService).current()).carersServices[0]!;
  const id = await database.transaction((tx) =>
    program.get(Accounts).ensure(tx, { email: 'owner@example.org', name: 'Olive Ofori' }),
  );
  owner = { kind: 'account', id };
});
afterAll(() => program?.close());
beforeEach(async () => {
  await database.pool.query('TRUNCATE webhook_delivery, webhook_event, webhook_endpoint CASCADE');
  program.clock.set('2026-11-21T07:20:00Z');
});

async function webhook(path = 'in'): Promise<string> {
  const url = `http://127.0.0.1:9/${path}`;
  const of = { kind: 'carers_service', id: service.id };
  return (await program.get(WebhookEndpoints).add(of, { url, eventTypes: [type] }, owner)).id;
}

/** So many events that no endpoint took in all its attempts, the last of them now. */
async function givenUp(count: number): Promise<void> {
  const of = { kind: 'carers_service', id: service.id };
  for (let each = 0; each < count; each++)
    await database.transaction((tx) => program.get(Webhooks).announce(tx, { owner: of, type, data: { each } }));
  await database.query(
    `UPDATE webhook_delivery SET state = 'failed', last_at = $1, last_fault = 'status', last_status = 500,
            last_body = 'Ruth Bell is not known here' WHERE state = 'waiting'`,
    [program.clock.now()],
  );
}

/** What the service was written about a webhook, when its morning comes. */
async function toldOf(id: string): Promise<OutgoingMessage[]> {
  await program.get(GivenUpSchedule).ask();
  await program.work();
  return database.reader.find(OutgoingMessage, { where: { aboutId: id }, order: { id: 'ASC' } });
}

describe('events that a system did not take', () => {
  it('are told to the carers service in one e-mail a day for each webhook, however many they are', async () => {
    const id = await webhook('secret-path');
    expect(await toldOf(id)).toEqual([]);
    program.clock.advance({ days: 1 });
    await givenUp(3);
    const [first, ...more] = await toldOf(id);
    expect(more).toEqual([]);
    expect(first).toMatchObject({ template: 'information-service/webhook-given-up', channel: 'email' });
    const mail = (await program.outbox()).find(({ to }) => to === service.email)!;
    expect(mail.text).toContain('How many so far: 3');
    expect(mail.text).toContain(`/staff/information-service/webhooks/${id}`);
    expect(mail.text).not.toContain('secret-path');

    await givenUp(2);
    expect(await toldOf(id)).toHaveLength(1);
    program.clock.advance({ days: 1 });
    expect(await toldOf(id)).toHaveLength(1);
    await givenUp(1);
    program.clock.advance({ days: 1 });
    expect(await toldOf(id)).toHaveLength(2);
  });

  it('are not told of webhooks that were deleted', async () => {
    const id = await webhook();
    await givenUp(1);
    await database.query('UPDATE webhook_endpoint SET deleted_at = $1', [program.clock.now()]);
    program.clock.advance({ days: 7 });
    expect(await toldOf(id)).toEqual([]);
  });

  it('lose what the other system answered after a week, and stay to be sent again', async () => {
    await webhook();
    await givenUp(2);
    const bodies = () => database.query<{ body: string | null }>('SELECT last_body AS body FROM webhook_delivery');
    program.clock.advance({ days: 6 });
    expect(await program.get(DeliveryRetention).forgetAnswers()).toBe(0);
    program.clock.advance({ days: 2 });
    expect(await program.get(DeliveryRetention).forgetAnswers()).toBe(2);
    expect(await bodies()).toEqual([{ body: null }, { body: null }]);
  });
});
