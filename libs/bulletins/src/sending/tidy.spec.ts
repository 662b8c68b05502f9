import { Database } from '@carers/database';
import { bundledScheme, SchemeService } from '@carers/places';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { carersInBulk } from '../../../../test/support/carers-in-bulk.js';
import { givenBulletin, officerOf } from '../../../../test/support/given-bulletin.js';
import { startTestWorker, type TestWorker } from '../../../../test/support/worker.js';
import type { Officer } from './officer.js';
import { PrintRuns } from './print/print-runs.js';
import { Sendings } from './sendings.js';
import { Starts } from './starts.js';
import { TidyDeliveries } from './tidy.js';

describe('what a crash left lying', () => {
  let running: TestWorker;
  let service: string;
  let officer: Officer;
  const query = <Row extends object>(text: string, values: unknown[] = []) =>
    running.get(Database).query<Row>(text, values);
  const stateOf = async (id: string) =>
    (await query<{ state: string }>('SELECT state FROM bulletin WHERE id = $1', [id]))[0]!.state;
  const copies = async (id: string) =>
    (
      await query<{ state: string }>(
        'SELECT coalesce(held, state) AS state FROM delivery WHERE bulletin_id = $1 ORDER BY channel, id',
        [id],
      )
    ).map(({ state }) => state);
  const tidied = async () => {
    await running.get(TidyDeliveries).handle();
    await running.work();
  };
  const confirmed = async () => {
    const id = await givenBulletin(running.app, service, officer);
    await running.get(Sendings).confirm(id, null, officer);
    return id;
  };
  const begun = async () => {
    const id = await confirmed();
    await running.get(Starts).start(id, 1);
    return id;
  };

  beforeAll(async () => {
    running = await startTestWorker();
    await running.get(SchemeService).loadScheme(await bundledScheme('dorset'));
    ({ carersServiceId: service } = await carersInBulk(running.app, 4, (index) => (index < 3 ? 'email' : 'post')));
    officer = await officerOf(running.app, 'first', service);
  });
  afterAll(() => running?.close());
  beforeEach(async () => {
    running.clock.set('2026-11-24T10:00:00Z');
    await query('DELETE FROM queue.job');
  });

  it('is a bulletin whose start was lost: it starts', async () => {
    const id = await confirmed();
    await query('DELETE FROM queue.job');
    await tidied();
    expect(await stateOf(id)).toBe('sent');
    expect(await copies(id)).toEqual(['sent', 'sent', 'sent', 'to_print']);
  });

  it('is a batch and a print run that nobody is asked for: they are asked for again, and once', async () => {
    const id = await begun();
    const turns = async () => query('SELECT turn FROM delivery_batch WHERE bulletin_id = $1 ORDER BY channel', [id]);
    const before = await turns();
    running.clock.advance({ minutes: 5 });
    await running.get(TidyDeliveries).handle();
    // Their jobs are in the queue still.
    expect(await turns()).toEqual(before);
    await query('DELETE FROM queue.job');
    await tidied();
    expect(await stateOf(id)).toBe('sent');
    expect(await copies(id)).toEqual(['sent', 'sent', 'sent', 'to_print']);
  });

  it('is a batch whose worker died before it took it: it is asked for again, and one that is just being taken is not', async () => {
    const id = await begun();
    const begin = (ago: string) =>
      query(
        `UPDATE queue.job SET state = 'active', started_on = now() - $1::interval WHERE name = 'bulletins.send-emails'`,
        [ago],
      );
    const waiting = async () =>
      query(`SELECT 1 FROM queue.job WHERE name = 'bulletins.send-emails' AND state = 'created'`);
    running.clock.advance({ minutes: 5 });
    await begin('5 seconds');
    await running.get(TidyDeliveries).handle();
    expect(await waiting()).toHaveLength(0);
    await begin('2 minutes');
    await tidied();
    expect(await stateOf(id)).toBe('sent');
  });

  it('are copies of a worker that is gone: they go back, and go out', async () => {
    const id = await begun();
    const [{ number }] = (await query<{ number: number }>(
      `INSERT INTO delivery_sender (in_doubt, since) VALUES ('{}', $1) RETURNING number`,
      [running.clock.now()],
    )) as [{ number: number }];
    await query(
      `UPDATE delivery_batch SET state = 'sending', sender_number = $2 WHERE bulletin_id = $1 AND channel = 'email'`,
      [id, number],
    );
    await query(
      `UPDATE delivery SET state = 'claimed', sender_number = $2 WHERE bulletin_id = $1 AND channel = 'email'`,
      [id, number],
    );
    await running.get(TidyDeliveries).putBack();
    await running.work();
    expect(await query('SELECT 1 FROM delivery_sender WHERE number = $1', [number])).toEqual([]);
    expect(await copies(id)).toEqual(['sent', 'sent', 'sent', 'to_print']);
  });

  it('are copies of a bulletin that was cancelled meanwhile: they go to nobody', async () => {
    const id = await begun();
    await query(`UPDATE bulletin SET state = 'cancelled' WHERE id = $1`, [id]);
    await tidied();
    expect(await copies(id)).toEqual(['cancelled', 'cancelled', 'cancelled', 'cancelled']);
  });

  it('is a print file whose time is over: it goes, and can be made again', async () => {
    const id = await begun();
    await running.work();
    const { id: run, sha256 } = (await running.get(PrintRuns).of(id))!;
    const pieces = () => query('SELECT 1 FROM print_piece WHERE run_id = $1', [run]);
    await tidied();
    expect(await pieces()).not.toEqual([]);
    running.clock.advance({ days: 200 });
    await tidied();
    expect(await pieces()).toEqual([]);
    expect(await running.get(PrintRuns).of(id)).toMatchObject({ fileUntil: null, sha256 });
  });

  it('is looked for once a minute, however many workers ask', async () => {
    await Promise.all([running.get(TidyDeliveries).ask(), running.get(TidyDeliveries).ask()]);
    running.clock.advance({ minutes: 1 });
    await running.get(TidyDeliveries).ask();
    expect(await query(`SELECT 1 FROM queue.job WHERE name = 'bulletins.tidy'`)).toHaveLength(2);
    await running.work();
    expect(await query(`SELECT 1 FROM queue.job WHERE name = 'bulletins.tidy' AND state <> 'completed'`)).toEqual([]);
  });
});
