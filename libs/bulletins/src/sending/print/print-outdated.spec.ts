import { createHash } from 'node:crypto';
import { Cardholder, Cardholders } from '@carers/cards';
import { Database, type Tx } from '@carers/database';
import { InformationService, Subscriber, SubscriberHolds } from '@carers/information-service';
import { bundledScheme, SchemeService } from '@carers/places';
import { Suppressions } from '@carers/suppression';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type BulkCarer, carersInBulk } from '../../../../../test/support/carers-in-bulk.js';
import { givenBulletin, officerOf } from '../../../../../test/support/given-bulletin.js';
import { startTestWorker, type TestWorker } from '../../../../../test/support/worker.js';
import type { Officer } from '../officer.js';
import { PrintFileOutdated } from '../sending.problems.js';
import { Sendings } from '../sendings.js';
import type { PrintedPerson } from './print-doors.js';
import { PrintFiles } from './print-file.js';
import { PrintRuns } from './print-runs.js';
import { PrintLetter } from '../sending.entities.js';

const system = { kind: 'system', id: 'test' } as const;

describe('letters that may no longer be posted', () => {
  let running: TestWorker;
  let service: string;
  let carers: BulkCarer[];
  let officer: Officer;
  /** Everybody is used up by one test. */
  let next = 0;

  const query = <Row extends object>(text: string, values: unknown[] = []) =>
    running.get(Database).query<Row>(text, values);
  const within = <T>(work: (tx: Tx) => Promise<T>) => running.get(Database).transaction(work);
  const printed = async () => {
    const id = await givenBulletin(running.app, service, officer);
    await running.get(Sendings).confirm(id, null, officer);
    await running.work();
    return id;
  };
  const runOf = async (id: string) => (await running.get(PrintRuns).of(id))!;
  const copyOf = async (id: string, { subscriberId }: BulkCarer) =>
    (
      await query<{ id: string; state: string; held: string | null; late: string | null; cost: string | null }>(
        'SELECT id, state, held, too_late AS late, cost_pence AS cost FROM delivery WHERE bulletin_id = $1 AND subscriber_id = $2',
        [id, subscriberId],
      )
    )[0]!;
  const fileOf = async (id: string) => {
    const chunks: Buffer[] = [];
    for await (const chunk of running.get(PrintFiles).read((await runOf(id)).id)) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  };
  const again = async (id: string) => {
    await running.get(PrintRuns).askAgain(id, officer);
    await running.work();
  };
  const information = () => running.get(InformationService);
  const house = { address: '99 New Road\nBournemouth', postcode: 'BH1 1AA' };
  const gives = async (tx: Tx, subscriberId: string, details: Partial<typeof house>) => {
    const { cardholderId, regionId } = await tx.findOneByOrFail(Subscriber, { id: subscriberId });
    await running.get(Cardholders).correctIn(tx, cardholderId, details, regionId, system);
  };

  /** What happens to people between printing and posting. */
  const changes: Record<string, [string, (tx: Tx, subscriberId: string) => Promise<unknown>]> = {
    'who says no': ['no_consent', (tx, id) => information().withdraw(tx, id, { channel: 'post' }, 'phone', system)],
    'who leaves the list': ['left', (tx, id) => information().leave(tx, id, 'phone', system)],
    'who asks for a pause': [
      'paused',
      (tx, id) => information().prefer(tx, id, { pausedUntil: '2027-01-10' }, 'phone', system),
    ],
    'who died': [
      'deceased',
      (tx, id) => running.get(SubscriberHolds).hold(tx, id, 'deceased', { how: 'phone', actor: system, why: 'Told.' }),
    ],
    'who moved away': [
      'moved_away',
      (tx, id) =>
        running.get(SubscriberHolds).hold(tx, id, 'moved_away', { how: 'phone', actor: system, why: 'Told.' }),
    ],
    'who asks for a recording instead': [
      'audio',
      (tx, id) => information().prefer(tx, id, { format: 'audio' }, 'phone', system),
    ],
  };

  beforeAll(async () => {
    running = await startTestWorker({ at: '2026-11-24T10:00:00Z' });
    await running.get(SchemeService).loadScheme(await bundledScheme('dorset'));
    ({ carersServiceId: service, carers } = await carersInBulk(running.app, 20, () => 'post'));
    officer = await officerOf(running.app, 'first', service);
  });
  afterAll(() => running?.close());

  it('go to nobody of those, whatever it was that changed: the file is refused, and made again without them', async () => {
    const id = await printed();
    const before = await runOf(id);
    const gone: [BulkCarer, string][] = [];
    for (const [why, change] of Object.values(changes)) {
      const carer = carers[next++]!;
      gone.push([carer, why]);
      await within((tx) => change(tx, carer.subscriberId));
    }
    const prints = running.get(PrintRuns);
    expect(await prints.outdated(await runOf(id))).toBe(gone.length);
    await expect(prints.opened(id, officer)).rejects.toThrow(PrintFileOutdated);
    await expect(prints.usable(id)).rejects.toThrow(PrintFileOutdated);

    await again(id);
    const after = await runOf(id);
    expect(after).toMatchObject({ state: 'ready', letters: before.letters - gone.length, error: null });
    expect(after.sha256).not.toBe(before.sha256);
    for (const [carer, why] of gone)
      expect(await copyOf(id, carer)).toMatchObject({ state: 'held', held: why, cost: null, late: null });
    // File, list and report agree.
    const left = await query<{ subscriber: string }>(
      `SELECT d.subscriber_id AS subscriber FROM print_letter l JOIN delivery d ON d.id = l.delivery_id WHERE l.run_id = $1`,
      [after.id],
    );
    expect(left).toHaveLength(after.letters);
    expect(left.map(({ subscriber }) => subscriber)).not.toEqual(expect.arrayContaining([gone[0]![0].subscriberId]));
    const { sha256 } = await prints.opened(id, officer);
    expect(
      createHash('sha256')
        .update(await fileOf(id))
        .digest('hex'),
    ).toBe(sha256);
  });

  it('are printed with the new address of who moved within the region', async () => {
    const id = await printed();
    const carer = carers[next++]!;
    const { cost } = await copyOf(id, carer);
    await within((tx) => gives(tx, carer.subscriberId, house));
    const { letters } = await runOf(id);
    expect(await running.get(PrintRuns).outdated(await runOf(id))).toBe(1);
    await again(id);
    expect(await runOf(id)).toMatchObject({ state: 'ready', letters });
    const copy = await copyOf(id, carer);
    expect(copy).toMatchObject({ state: 'to_print', cost });
    const letter = await running.get(Database).reader.findOneByOrFail(PrintLetter, { deliveryId: copy.id });
    expect((JSON.parse(letter.person) as PrintedPerson).addressLines.slice(1)).toEqual([
      '99 New Road',
      'Bournemouth',
      'BH1 1AA',
    ]);
  });

  it('leave a file that is current the same to the byte', async () => {
    const id = await printed();
    const [file, run] = [await fileOf(id), await runOf(id)];
    await running.get(PrintFiles).remove(run.id);
    await again(id);
    expect(Buffer.compare(await fileOf(id), file)).toBe(0);
    expect((await runOf(id)).sha256).toBe(run.sha256);
  });

  it('are written down as too late once the print house has them, and its file stays as it was posted', async () => {
    const id = await printed();
    const [before, after, mover, much] = [carers[next++]!, carers[next++]!, carers[next++]!, carers[next++]!];
    const file = await fileOf(id);
    await within((tx) => information().withdraw(tx, before.subscriberId, {}, 'phone', system));
    await running.get(PrintRuns).handedOver(id, officer);
    await within((tx) => information().leave(tx, after.subscriberId, 'phone', system));
    await within((tx) => gives(tx, mover.subscriberId, house));
    running.clock.advance({ days: 8 });
    await within((tx) => information().leave(tx, much.subscriberId, 'phone', system));
    expect(await copyOf(id, before)).toMatchObject({ state: 'printed', held: null, late: 'no_consent' });
    expect(await copyOf(id, after)).toMatchObject({ state: 'printed', held: null, late: 'no_consent' });
    expect(await copyOf(id, mover)).toMatchObject({ state: 'printed', held: null, late: 'new_address' });
    // After a week it has arrived: leaving then is no trouble with this letter.
    expect(await copyOf(id, much)).toMatchObject({ state: 'printed', late: null });
    expect(await running.get(PrintRuns).outdated(await runOf(id))).toBe(0);
    await again(id);
    expect(Buffer.compare(await fileOf(id), file)).toBe(0);
    running.clock.set('2026-11-24T10:00:00Z');
  });

  it('leave a run without any letter, if nobody is left', async () => {
    const id = await printed();
    await within(async (tx) => {
      for (const { subscriberId } of carers)
        await running
          .get(Suppressions)
          .suppress(tx, { channel: 'post', address: await addressOf(tx, subscriberId), reason: 'returned' }, system);
    });
    const { letters } = await runOf(id);
    expect(await running.get(PrintRuns).outdated(await runOf(id))).toBe(letters);
    await again(id);
    expect(await runOf(id)).toMatchObject({ state: 'ready', letters: 0 });
    expect(await running.get(PrintRuns).outdated(await runOf(id))).toBe(0);
    await query('DELETE FROM suppressed_address');
  });

  async function addressOf(tx: Tx, subscriberId: string): Promise<string> {
    const { cardholderId } = await tx.findOneByOrFail(Subscriber, { id: subscriberId });
    const { address, postcode } = await tx.findOneByOrFail(Cardholder, { id: cardholderId });
    return `${address}\n${postcode}`;
  }
});
