import { Database } from '@carers/database';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { Given } from '../../../test/support/given.js';
import { InformationService } from './information-service.js';
import { channels, formats, purposes, topics } from './purposes.js';
import { type Difference, Rederiving } from './rederiving.js';
import type { Subscriber } from './subscriber.entity.js';

const actor = { kind: 'applicant', id: 'test' } as const;
let program: TestApp;
let database: Database;
let service: InformationService;

beforeAll(async () => {
  program = await startTestApp();
  await new Given(program).scheme();
  database = program.get(Database);
  service = program.get(InformationService);
});
afterAll(() => program?.close());

const answer = fc.record({
  purpose: fc.constantFrom(...purposes),
  channel: fc.constantFrom(...channels),
  given: fc.boolean(),
});
const preference = fc.record(
  {
    format: fc.constantFrom(...formats),
    topics: fc.subarray([...topics]),
    pausedUntil: fc.constantFrom('2031-01-01', '2032-02-02', null),
  },
  { requiredKeys: [] },
);
const step = fc.oneof(
  fc.record({ kind: fc.constant('change' as const), answers: fc.array(answer, { maxLength: 4 }) }),
  fc.record({ kind: fc.constant('prefer' as const), wanted: preference }),
  fc.record({ kind: fc.constant('leave' as const) }),
  fc.record({ kind: fc.constant('unsubscribe' as const) }),
);

async function registered(): Promise<Subscriber> {
  const { cardholder } = await new Given(program).card();
  const sign = { cardholder, source: { kind: 'application' }, consents: [], how: 'web', actor } as const;
  return (await database.transaction((tx) => service.register(tx, { ...sign, format: 'large_print' }))).subscriber;
}

const stateOf = ({ id }: Subscriber) =>
  Promise.all([
    database.query('SELECT * FROM subscriber WHERE id = $1', [id]),
    database.query('SELECT * FROM subscription WHERE subscriber_id = $1 ORDER BY purpose, channel', [id]),
  ]);

describe('the state of the list', () => {
  it('follows from the ledgers, whatever people did', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
        const subscriber = await registered();
        for (const each of steps) {
          program.clock.advance({ seconds: 1 });
          await database.transaction(async (tx) => {
            if (each.kind === 'change') await service.change(tx, subscriber.id, each.answers, 'link', actor);
            if (each.kind === 'prefer') await service.prefer(tx, subscriber.id, each.wanted, 'link', actor);
            if (each.kind === 'leave') await service.leave(tx, subscriber.id, 'link', actor);
            if (each.kind === 'unsubscribe') await service.withdraw(tx, subscriber.id, {}, 'link', actor);
          });
        }
        expect((await program.get(Rederiving).run(false)).differences).toBe(0);
        // And from nothing but them.
        const before = await stateOf(subscriber);
        await database.pool.query('DELETE FROM subscription WHERE subscriber_id = $1', [subscriber.id]);
        await database.pool.query(
          `UPDATE subscriber SET left_at = now(), paused_until = '2001-01-01', format = 'audio', topics = '["x"]' WHERE id = $1`,
          [subscriber.id],
        );
        await program.get(Rederiving).run(true);
        expect(await stateOf(subscriber)).toEqual(before);
      }),
      { numRuns: 12 },
    );
  });

  it('that was spoilt is named by id and field, and only looked at where that is asked for', async () => {
    const subscriber = await registered();
    await database.transaction((tx) =>
      service.give(tx, subscriber.id, { purpose: 'carers_information', channel: 'post' }, 'phone', actor),
    );
    await database.pool.query('UPDATE subscription SET active = false WHERE subscriber_id = $1', [subscriber.id]);
    await database.pool.query('UPDATE subscriber SET left_at = now() WHERE id = $1', [subscriber.id]);
    const found: Difference[] = [];
    expect(await program.get(Rederiving).run(false, (each) => found.push(each))).toMatchObject({ differences: 2 });
    expect(found).toEqual([
      { subscriberId: subscriber.id, what: 'leftAt' },
      { subscriberId: subscriber.id, what: 'carers_information post' },
    ]);
    expect(await program.get(Rederiving).run(true)).toMatchObject({ differences: 2 });
    expect(await program.get(Rederiving).run(false)).toMatchObject({ differences: 0 });
  });
});
