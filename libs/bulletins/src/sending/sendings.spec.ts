import { Database } from '@carers/database';
import { bundledScheme, SchemeService } from '@carers/places';
import { Settings } from '@carers/settings';
import { Suppressions } from '@carers/suppression';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { type BulkCarer, carersInBulk } from '../../../../test/support/carers-in-bulk.js';
import { givenBulletin, officerOf } from '../../../../test/support/given-bulletin.js';
import { SmtpSink } from '../../../../test/support/smtp-sink.js';
import { startTestWorker, type TestWorker } from '../../../../test/support/worker.js';
import type { Officer } from './officer.js';
import { Sendings } from './sendings.js';

describe('a bulletin that is sent', () => {
  const sink = new SmtpSink();
  let running: TestWorker;
  let service: string;
  let carers: BulkCarer[];
  let first: Officer;
  let second: Officer;
  const sendings = () => running.get(Sendings);
  const query = <Row extends object>(text: string, values: unknown[] = []) =>
    running.get(Database).query<Row>(text, values);
  const states = async (id: string) =>
    Object.fromEntries(
      (
        await query<{ state: string; copies: number }>(
          `SELECT coalesce(held, state) AS state, count(*) AS copies FROM delivery WHERE bulletin_id = $1 GROUP BY 1`,
          [id],
        )
      ).map(({ state, copies }) => [state, copies]),
    );
  const stateOf = async (id: string) =>
    (await query<{ state: string }>('SELECT state FROM bulletin WHERE id = $1', [id]))[0]!.state;

  beforeAll(async () => {
    running = await startTestWorker({ env: { SMTP_URL: await sink.open(), BOUNCE_ADDRESS: 'bounces@card.example' } });
    await running.get(SchemeService).loadScheme(await bundledScheme('dorset'));
    ({ carersServiceId: service, carers } = await carersInBulk(running.app, 40, (index) =>
      index < 30 ? 'email' : 'post',
    ));
    first = await officerOf(running.app, 'first', service);
    second = await officerOf(running.app, 'second', service);
    expect(running.get(Settings).bulletins.copiesInDoubt).toBe(1);
  });
  afterAll(async () => {
    await running?.close();
    await sink.close();
  });
  beforeEach(async () => {
    sink.mails.length = 0;
    sink.recipient = () => null;
    sink.message = () => null;
    running.clock.set('2026-11-23T10:00:00Z');
    await query('DELETE FROM delivery_provider');
  });

  it('goes to each person once, by their channel', async () => {
    const id = await givenBulletin(running.app, service, first);
    expect(await sendings().confirm(id, null, first)).toBe('scheduled');
    await running.work();
    expect(await states(id)).toEqual({ sent: 30, to_print: 10 });
    expect(sink.mails.map(({ to }) => to).sort()).toEqual(
      carers.flatMap(({ channel, address }) => (channel === 'email' ? [address] : [])).sort(),
    );
    expect(await stateOf(id)).toBe('sent');
  });

  it('is planned once, whoever confirms at the same moment', async () => {
    const id = await givenBulletin(running.app, service, first);
    const both = await Promise.allSettled([sendings().confirm(id, null, first), sendings().confirm(id, null, second)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await running.work();
    expect(sink.mails).toHaveLength(30);
  });

  it('is not sent to an address that was suppressed after it was frozen', async () => {
    const id = await givenBulletin(running.app, service, first);
    await sendings().confirm(id, null, first);
    const [job] = await query<{ id: string }>(
      `SELECT id FROM queue.job WHERE name = 'bulletins.start' AND state = 'created'`,
    );
    expect(job).toBeDefined();
    const address = carers[3]!.address;
    sink.recipient = () => null;
    // The first message stops everything else until the address is suppressed.
    let stopped = false;
    sink.message = async () => {
      if (!stopped) {
        stopped = true;
        await running
          .get(Database)
          .transaction((tx) =>
            running
              .get(Suppressions)
              .suppress(tx, { channel: 'email', address, reason: 'complaint' }, { kind: 'system', id: 'test' }),
          );
      }
      return null;
    };
    await running.work();
    // Claimed with the first: what the door had let through a moment ago may still go; a later bulletin may not.
    const next = await givenBulletin(running.app, service, first);
    sink.mails.length = 0;
    await sendings().confirm(next, null, first);
    await running.work();
    expect(sink.mails.map(({ to }) => to)).not.toContain(address);
    expect(await states(next)).toEqual({ complaint: 1, sent: 29, to_print: 10 });
    await running
      .get(Database)
      .transaction((tx) =>
        running
          .get(Suppressions)
          .lift(tx, { channel: 'email', address, reason: 'complaint' }, { kind: 'system', id: 'test' }),
      );
  });

  it('fails where there is no such mailbox, and suppresses the address', async () => {
    sink.recipient = (address) => (address === carers[0]!.address ? { code: 550, text: '5.1.1 no such user' } : null);
    const id = await givenBulletin(running.app, service, first);
    await sendings().confirm(id, null, first);
    await running.work();
    expect(await states(id)).toEqual({ failed: 1, sent: 29, to_print: 10 });
    const blocked = await running
      .get(Suppressions)
      .blocked(running.get(Database).reader, 'email', [carers[0]!.address]);
    expect([...blocked.values()]).toEqual(['bounced']);
    await query('DELETE FROM suppressed_address');
  });

  it('tries again later what was put off', async () => {
    let off = 0;
    sink.recipient = (address) =>
      address === carers[1]!.address && off++ === 0 ? { code: 451, text: '4.7.1 greylisted' } : null;
    const id = await givenBulletin(running.app, service, first);
    await sendings().confirm(id, null, first);
    await running.work();
    expect(await states(id)).toEqual({ sent: 29, to_print: 10, waiting: 1 });
    expect(await stateOf(id)).toBe('sending');
    running.clock.advance({ minutes: 2 });
    await query(`UPDATE queue.job SET start_after = now() WHERE state = 'created'`);
    await running.work();
    expect(await states(id)).toEqual({ sent: 30, to_print: 10 });
    expect(await stateOf(id)).toBe('sent');
  });

  it('stops within the batch when somebody pauses it, goes on, and is cancelled for the rest', async () => {
    const id = await givenBulletin(running.app, service, first);
    await sendings().confirm(id, null, first);
    let taken = 0;
    sink.message = async () => {
      if (++taken === 5) await sendings().pause(id, first);
      // Longer than a worker looks away.
      if (taken >= 5) await new Promise((resolve) => setTimeout(resolve, 250));
      return null;
    };
    await running.work();
    expect(await stateOf(id)).toBe('paused');
    expect(sink.mails.length).toBeLessThan(30);
    const before = sink.mails.length;
    sink.message = () => null;
    await sendings().resume(id, first);
    sink.recipient = () => ({ code: 421, text: 'closing' });
    await running.work();
    expect(sink.mails).toHaveLength(before);
    // The server takes nothing: the run waits, and says so.
    const [away] = await query<{ error: string }>('SELECT away_error AS error FROM delivery_provider');
    expect(away!.error).toMatch(/^421/);
    await sendings().cancel(id, 'Wrong day', first);
    sink.recipient = () => null;
    running.clock.advance({ minutes: 10 });
    await query(`UPDATE queue.job SET start_after = now() WHERE state = 'created'`);
    await running.work();
    expect(sink.mails).toHaveLength(before);
    const { sent, cancelled } = await states(id);
    expect([sent, sent! + cancelled!]).toEqual([before, 40]);
  });
});
