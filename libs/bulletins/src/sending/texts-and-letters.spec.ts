import { createHash } from 'node:crypto';
import { Cardholder, PersonErasure } from '@carers/cards';
import { Database } from '@carers/database';
import { Subscriber } from '@carers/information-service';
import { bundledScheme, SchemeService } from '@carers/places';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type BulkCarer, carersInBulk } from '../../../../test/support/carers-in-bulk.js';
import { givenBulletin, officerOf } from '../../../../test/support/given-bulletin.js';
import { NotifyStandIn } from '../../../../test/support/notify/stand-in.js';
import { SmtpSink } from '../../../../test/support/smtp-sink.js';
import { startTestWorker, type TestWorker } from '../../../../test/support/worker.js';
import { Settlements } from './bounces/settlements.js';
import type { Officer } from './officer.js';
import { PrintFiles } from './print/print-file.js';
import { PrintRuns } from './print/print-runs.js';
import { Sendings } from './sendings.js';

describe('texts and letters of a bulletin', () => {
  const sink = new SmtpSink();
  const notify = new NotifyStandIn();
  let running: TestWorker;
  let service: string;
  let carers: BulkCarer[];
  let officer: Officer;
  const query = <Row extends object>(text: string, values: unknown[] = []) =>
    running.get(Database).query<Row>(text, values);
  const copies = async (id: string, channel: string) =>
    query<{ id: string; state: string; cost: string; units: number; subscriber: string }>(
      `SELECT id, state, cost_pence AS cost, units, subscriber_id AS subscriber FROM delivery
        WHERE bulletin_id = $1 AND channel = $2 ORDER BY id`,
      [id, channel],
    );
  const due = () => query(`UPDATE queue.job SET start_after = now() WHERE state = 'created'`);
  const sent = async () => {
    const id = await givenBulletin(running.app, service, officer);
    await running.get(Sendings).confirm(id, null, officer);
    await running.work();
    return id;
  };

  beforeAll(async () => {
    running = await startTestWorker({
      env: {
        SMTP_URL: await sink.open(),
        NOTIFY_API_URL: await notify.open(),
        NOTIFY_API_KEY: 'test-11111111-1111-4111-8111-111111111111-22222222-2222-4222-8222-222222222222',
        NOTIFY_TEXT_TEMPLATE: '33333333-3333-4333-8333-333333333333',
        NOTIFY_PER_MINUTE: '100000',
      },
    });
    await running.get(SchemeService).loadScheme(await bundledScheme('dorset'));
    ({ carersServiceId: service, carers } = await carersInBulk(
      running.app,
      12,
      (index) => (index < 4 ? 'text' : 'post'),
      (index) => index === 11,
    ));
    officer = await officerOf(running.app, 'first', service);
  });
  afterAll(async () => {
    await running?.close();
    await sink.close();
    await notify.close();
  });
  beforeEach(() => {
    notify.taken.length = 0;
    notify.answer = () => null;
    running.clock.set('2026-11-24T10:00:00Z');
  });

  it('go as texts with our reference, and cost what the policy says', async () => {
    const id = await sent();
    const texts = await copies(id, 'text');
    // A name with letters that texts have no short sign for makes two of one.
    expect(new Set(texts.map(({ units }) => units))).toEqual(new Set([1, 2]));
    for (const { state, cost, units } of texts) expect([state, Number(cost)]).toEqual(['sent', units * 2.4]);
    expect(notify.taken.map(({ reference }) => reference).sort()).toEqual(texts.map((each) => each.id));
  });

  it('wait as texts while it is quiet', async () => {
    running.clock.set('2026-11-24T21:00:00Z');
    const id = await sent();
    expect(notify.taken).toHaveLength(0);
    running.clock.set('2026-11-25T08:00:00Z');
    await due();
    await running.work();
    expect(notify.taken).toHaveLength(4);
    expect((await copies(id, 'text')).map(({ state }) => state)).toEqual(['sent', 'sent', 'sent', 'sent']);
  });

  it('are looked up by reference before a text is sent again that Notify may have', async () => {
    let first = true;
    // Taken, and answered with an error: as when the answer is lost on its way.
    notify.answer = () => {
      if (!first) return null;
      first = false;
      return 'lost';
    };
    const id = await sent();
    running.clock.advance({ minutes: 2 });
    await due();
    await running.work();
    expect(notify.taken).toHaveLength(4);
    expect((await copies(id, 'text')).map(({ state }) => state)).toEqual(['sent', 'sent', 'sent', 'sent']);
  });

  it('count as bounced when Notify says that a number is gone, and nothing goes there again', async () => {
    const id = await sent();
    const [gone] = await copies(id, 'text');
    const report = { deliveryId: gone!.id, kind: 'hard', at: running.clock.now() } as const;
    expect(await running.get(Settlements).take(report)).toBe(true);
    expect(await running.get(Settlements).take(report)).toBe(true);
    expect((await copies(id, 'text'))[0]!.state).toBe('bounced');
    notify.taken.length = 0;
    await sent();
    expect(notify.taken).toHaveLength(3);
    // An officer frees the number; the old report, come again, does not close it again, nor does one of a delivery open it.
    await query('DELETE FROM suppressed_address');
    await running.get(Settlements).take(report);
    await running.get(Settlements).take({ ...report, kind: 'delivered' });
    expect((await copies(id, 'text'))[0]!.state).toBe('bounced');
    expect(await query('SELECT 1 FROM suppressed_address')).toEqual([]);
  });

  it('are one file for the print house, which can be made again to the byte', async () => {
    const id = await sent();
    const run = (await running.get(PrintRuns).of(id))!;
    expect(run).toMatchObject({ state: 'ready', letters: 8 });
    const read = async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of running.get(PrintFiles).read(run.id)) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks);
    };
    const file = await read();
    expect(file.subarray(0, 5).toString()).toBe('%PDF-');
    expect(createHash('sha256').update(file).digest('hex')).toBe(run.sha256);
    const letters = await copies(id, 'post');
    expect(letters.map(({ state }) => state)).toEqual(Array.from({ length: 8 }, () => 'to_print'));
    await running.get(PrintRuns).handedOver(id, officer);
    expect((await copies(id, 'post'))[0]!.state).toBe('printed');
    // Weeks later the file is gone, people have moved and left, and it is made again.
    running.clock.advance({ days: 20 });
    await running.get(PrintFiles).remove(run.id);
    await query(`UPDATE cardholder SET first_name = 'Other'`);
    await running.get(PrintRuns).askAgain(id, officer);
    await running.work();
    expect(Buffer.compare(await read(), file)).toBe(0);
  });

  it('leave out of the print run whoever’s post came back since', async () => {
    const moved = carers[5]!.subscriberId;
    const id = await givenBulletin(running.app, service, officer);
    await running.get(Sendings).confirm(id, null, officer);
    await query(
      `INSERT INTO subscriber_hold (subscriber_id, reason, active, since) VALUES ($1, 'moved_away', true, now())`,
      [moved],
    );
    await running.work();
    expect((await copies(id, 'post')).filter(({ subscriber }) => subscriber === moved)).toEqual([
      expect.objectContaining({ state: 'held' }),
    ]);
    expect(await running.get(PrintRuns).of(id)).toMatchObject({ letters: 7 });
    await query('DELETE FROM subscriber_hold');
  });

  describe('of somebody who is erased', () => {
    const erase = async (carer: BulkCarer) =>
      running.get(Database).transaction(async (tx) => {
        const { cardholderId } = await tx.findOneByOrFail(Subscriber, { id: carer.subscriberId });
        const cardholder = await tx.findOneByOrFail(Cardholder, { id: cardholderId });
        await running.get(PersonErasure).erase(tx, cardholder, { kind: 'system', id: 'test' });
      });
    const runOf = async (id: string) => (await running.get(PrintRuns).of(id))!;

    it('leave a run that is still to be handed over, which is printed anew', async () => {
      const id = await sent();
      const before = await runOf(id);
      await erase(carers[6]!);
      expect(await runOf(id)).toMatchObject({ state: 'printing', letters: 7, sha256: null, fileUntil: null });
      expect(await query('SELECT 1 FROM print_piece WHERE run_id = $1', [before.id])).toEqual([]);
      await running.work();
      const after = await runOf(id);
      expect(after).toMatchObject({ state: 'ready', letters: 7, error: null });
      expect(after.sha256).not.toBe(before.sha256);
      const [theirs] = await query('SELECT state, held FROM delivery WHERE bulletin_id = $1 AND subscriber_id = $2', [
        id,
        carers[6]!.subscriberId,
      ]);
      expect(theirs).toEqual({ state: 'held', held: 'left' });
    });

    it('cannot be made again in a run that was posted, of which hash and count stay', async () => {
      const id = await sent();
      const before = await runOf(id);
      await running.get(PrintRuns).handedOver(id, officer);
      await erase(carers[7]!);
      expect(await runOf(id)).toMatchObject({
        state: 'sent',
        letters: before.letters,
        sha256: before.sha256,
        fileUntil: null,
      });
      await running.get(PrintRuns).askAgain(id, officer);
      await running.work();
      const after = await runOf(id);
      expect(after).toMatchObject({ state: 'sent', letters: before.letters, sha256: before.sha256, error: 'erased' });
      expect(Number(after.bytes)).toBeLessThan(Number(before.bytes));
      expect(await query('SELECT 1 FROM print_letter WHERE run_id = $1', [after.id])).toHaveLength(before.letters - 1);
    });

    it('go also while they are being printed', async () => {
      const id = await sent();
      const before = await runOf(id);
      const writer = running.get(PrintFiles).writer.bind(running.get(PrintFiles));
      const files = running.get(PrintFiles);
      let first = true;
      files.writer = async (runId) => {
        const made = await writer(runId);
        const { written } = made;
        return {
          ...made,
          written: () => {
            // The last letter has been printed, and the file is not yet said to be there.
            if (first) erased = erase(carers[8]!);
            first = false;
            return written();
          },
        };
      };
      let erased: Promise<void> = Promise.resolve();
      const policyOn = running.get(SchemeService).policyOn.bind(running.get(SchemeService));
      running.get(SchemeService).policyOn = async (...day) => (await erased, policyOn(...day));
      await query(`UPDATE print_run SET state = 'printing', sha256 = NULL WHERE id = $1`, [before.id]);
      await running.get(PrintRuns).askAgain(id, officer);
      await running.work();
      files.writer = writer;
      running.get(SchemeService).policyOn = policyOn;
      expect(first).toBe(false);
      expect(await runOf(id)).toMatchObject({ state: 'ready', letters: before.letters - 1 });
      const [{ sides }] = (await query<{ sides: number }>('SELECT sum(pages + pages % 2)::int AS sides FROM print_letter WHERE run_id = $1', [before.id])) as [{ sides: number }]; // prettier-ignore
      expect((await runOf(id)).sides).toBe(sides);
    });
  });
});
