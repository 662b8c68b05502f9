import { Database } from '@carers/database';
import { bundledScheme, SchemeService } from '@carers/places';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { carersInBulk } from '../../../../test/support/carers-in-bulk.js';
import { startTestWorker, type TestWorker } from '../../../../test/support/worker.js';
import { SubscriberEvents } from '../subscriber-events.js';

const actor = { kind: 'system', id: 'test' } as const;

describe('hashes of postal addresses', () => {
  let before: TestWorker;
  let databaseUrl: string;
  const count = async (sql: string) =>
    (await before.get(Database).query<{ n: number }>(`SELECT count(*)::int AS n FROM ${sql}`))[0]!.n;
  const keys = () => count('subscriber_post_key');
  const asked = () => count(`queue.job WHERE name = 'information-service.fill-post-keys'`);
  /** As after an update, or on the next day. */
  const started = async (at: string, work: (worker: TestWorker) => Promise<void> = () => Promise.resolve()) => {
    const worker = await startTestWorker({ at, databaseUrl });
    await work(worker).finally(() => worker.close());
  };

  beforeAll(async () => {
    before = await startTestWorker({ at: '2026-11-24T10:00:00Z' });
    databaseUrl = before.settings.databaseUrl;
    await before.get(SchemeService).loadScheme(await bundledScheme('dorset'));
  });
  afterAll(() => before?.close());

  it('are asked for by the first worker that starts and finds some missing, and only once', async () => {
    expect(await asked()).toBe(0);
    await carersInBulk(before.app, 3, () => 'post');
    expect(await keys()).toBe(0);
    await started('2026-11-24T10:01:00Z');
    await started('2026-11-24T10:02:00Z', async (worker) => {
      expect(await asked()).toBe(1);
      await worker.work();
    });
    expect(await keys()).toBe(3);
  });

  it('are worked out for a whole list at once, as it is put in', async () => {
    const database = before.get(Database);
    const people = await database.query<{ id: string; service: string }>(
      'SELECT id, carers_service_id AS service FROM subscriber',
    );
    await database.query('DELETE FROM subscriber_post_key');
    const statements = await database.transaction(async (tx) => {
      const asked = jest.spyOn(tx.queryRunner!, 'query');
      await before.get(SubscriberEvents).announceMany(
        tx,
        'registered',
        people.map(({ id, service }) => ({ subscriberId: id, carersServiceId: service, how: 'api', actor })),
      );
      return asked.mock.calls.filter(([sql]) => sql.includes('subscriber_post_key'));
    });
    expect(await keys()).toBe(3);
    expect(statements).toHaveLength(1);
  });

  it('are not asked for when none is missing: of somebody without an address there is none', async () => {
    await before
      .get(Database)
      .query(`UPDATE cardholder SET address = NULL WHERE id = (SELECT id FROM cardholder LIMIT 1)`);
    await before.get(Database).query(
      `DELETE FROM subscriber_post_key WHERE subscriber_id =
         (SELECT s.id FROM subscriber s JOIN cardholder c ON c.id = s.cardholder_id WHERE c.address IS NULL)`,
    );
    await started('2026-11-25T10:00:00Z');
    expect(await asked()).toBe(1);
    expect(await keys()).toBe(2);
  });
});
