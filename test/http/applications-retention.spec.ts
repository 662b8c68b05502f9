import { ApplicationsSchedule, Decisions } from '@carers/applications';
import { Database } from '@carers/database';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { Applicant, applicationOf, schemeWith } from './applications-support.js';

let program: TestApp;
let database: Database;

beforeAll(async () => {
  program = await startTestApp();
  await schemeWith(program, { automatic: false });
  database = program.get(Database);
});
afterAll(() => program?.close());

const ids = async () =>
  (await database.query<{ id: string }>('SELECT id FROM application ORDER BY id')).map(({ id }) => id);

/** Some days later, after the night's work, with two workers that both asked for it. */
async function nightAfter(days: number): Promise<void> {
  program.clock.advance({ days });
  const schedule = program.get(ApplicationsSchedule);
  await schedule.nightly();
  await schedule.nightly();
  await program.work();
}

describe('the nightly deletion', () => {
  it('removes drafts and declined applications when their time is over, and nothing else', async () => {
    const draft = new Applicant(program);
    await draft.answerUntil('address');
    const [draftId] = await ids();
    await new Applicant(program).apply({ name: { first: 'Una', last: 'Refused' } });
    const refused = await applicationOf(program, 'Refused');
    const actor = { kind: 'system', id: 'test' } as const;
    await program.get(Decisions).decline(refused.id, 'not_caring', 'As you told us on the phone.', actor);
    await new Applicant(program).apply({
      name: { first: 'Bo', last: 'Waiting' },
      contact: { channel: 'email', email: 'bo@example.org' },
    });
    const waiting = await applicationOf(program, 'Waiting');

    await nightAfter(20);
    expect(await ids()).toHaveLength(3);
    // An answer begins the time anew.
    await draft.submit('/apply/name', { first: 'Late', last: 'Comer' });
    await nightAfter(20);
    expect(await ids()).toContain(draftId);

    await nightAfter(11);
    expect((await ids()).sort()).toEqual([refused.id, waiting.id].sort());
    expect((await draft.get('/apply/address')).headers['location']).toBe('/apply');

    await nightAfter(320);
    expect(await ids()).toEqual([waiting.id]);
    const events = await database.query<{ details: { count: number } }>(
      "SELECT details FROM audit_event WHERE action = 'applications.expired-deleted'",
    );
    expect(events.map(({ details }) => details.count)).toEqual([1, 1]);
  });
});
