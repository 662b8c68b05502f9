import { Cardholder, Cardholders } from '@carers/cards';
import { Database, type Tx } from '@carers/database';
import { PostKeys, Subscriber } from '@carers/information-service';
import { bundledScheme, SchemeService } from '@carers/places';
import { Suppressions } from '@carers/suppression';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type BulkCarer, carersInBulk } from '../../../../test/support/carers-in-bulk.js';
import { givenBulletin, officerOf } from '../../../../test/support/given-bulletin.js';
import { startTestWorker, type TestWorker } from '../../../../test/support/worker.js';
import { Audience } from './audience.js';
import type { Officer } from './officer.js';
import { PrintRuns } from './print/print-runs.js';
import { Sendings } from './sendings.js';

const system = { kind: 'system', id: 'test' } as const;

describe('people from whom post came back', () => {
  let running: TestWorker;
  let service: string;
  let carers: BulkCarer[];
  let officer: Officer;
  const within = <T>(work: (tx: Tx) => Promise<T>) => running.get(Database).transaction(work);
  const personOf = async (tx: Tx, { subscriberId }: BulkCarer) => {
    const { cardholderId } = await tx.findOneByOrFail(Subscriber, { id: subscriberId });
    return tx.findOneByOrFail(Cardholder, { id: cardholderId });
  };
  /** Stops post to everybody at somebody's address, or to them alone. */
  const returned = (carer: BulkCarer, whom: 'everybody' | 'them') =>
    within(async (tx) => {
      const { address, postcode, firstName, lastName } = await personOf(tx, carer);
      const name = whom === 'them' ? `${firstName} ${lastName}` : null;
      const what = { channel: 'post', address: `${address}\n${postcode}`, name, reason: 'returned' } as const;
      return running.get(Suppressions).suppress(tx, what, system);
    });
  const counted = () =>
    running
      .get(Audience)
      .count({ carersServiceId: service, purpose: 'carers_information', segment: { standing: 'on' } });

  beforeAll(async () => {
    running = await startTestWorker({ at: '2026-11-24T10:00:00Z' });
    await running.get(SchemeService).loadScheme(await bundledScheme('dorset'));
    ({ carersServiceId: service, carers } = await carersInBulk(running.app, 6, () => 'post'));
    officer = await officerOf(running.app, 'first', service);
    await running.get(PostKeys).refreshAll();
  });
  afterAll(() => running?.close());
  beforeEach(() => running.get(Database).query('DELETE FROM suppressed_address'));

  it('are in no count and no cost before it is confirmed, and the start says the same', async () => {
    await returned(carers[0]!, 'everybody');
    await returned(carers[1]!, 'them');
    expect(await counted()).toMatchObject({
      people: 6,
      byChannel: { post: 4 },
      held: [{ why: 'returned', people: 2 }],
    });
    const id = await givenBulletin(running.app, service, officer);
    await running.get(Sendings).confirm(id, null, officer);
    await running.work();
    expect(await running.get(PrintRuns).of(id)).toMatchObject({ state: 'ready', letters: 4 });
  });

  it('are counted again with a new address, and another person at the old one always was', async () => {
    await returned(carers[2]!, 'them');
    // Somebody else moves in where post to the one before came back: under their name it may go there.
    await within(async (tx) => {
      const { address, postcode } = await personOf(tx, carers[2]!);
      const { id, regionId } = await personOf(tx, carers[3]!);
      await running.get(Cardholders).correctIn(tx, id, { address, postcode }, regionId, system);
    });
    expect((await counted()).byChannel.post).toBe(5);
    await within(async (tx) => {
      const { id, regionId } = await personOf(tx, carers[2]!);
      await running.get(Cardholders).correctIn(tx, id, { address: '1 Other Road\nPoole' }, regionId, system);
    });
    expect((await counted()).byChannel.post).toBe(6);
  });

  it('are left out when letters are gathered, though nobody had worked out their hashes', async () => {
    await running.get(Database).query('DELETE FROM subscriber_post_key');
    await returned(carers[4]!, 'everybody');
    expect((await counted()).byChannel.post).toBe(6);
    const id = await givenBulletin(running.app, service, officer);
    await running.get(Sendings).confirm(id, null, officer);
    await running.work();
    expect(await running.get(PrintRuns).of(id)).toMatchObject({ letters: 5 });
  });
});
