import { Audit } from '@carers/audit';
import { Clock } from '@carers/kernel';
import { SchemeService } from '@carers/places';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { paymentsWorld, type PaymentsWorld } from '../payments.fixture.js';
import { DocumentNotFound } from '../payments.problems.js';
import { DocumentFiles } from './document-files.js';
import { ForgetDocuments } from './document-retention.js';
import { Documents } from './documents.js';

let world: PaymentsWorld;
beforeAll(async () => {
  world = await paymentsWorld();
});
afterAll(() => world.app.close());

describe('documents', () => {
  it('go after seven years with the payer, except of what is still owed; numbers and ledger stay', async () => {
    const [paid, owed] = [await world.issue(), await world.issue()];
    await world.pay(paid.id, 17_400);
    const get = world.app.get.bind(world.app);
    const forget = new ForgetDocuments(world.database, get(Clock), get(SchemeService), get(Audit));
    world.clock.set('2033-11-21T03:50:00Z');
    await forget.handle();
    expect((await world.get(paid.id)).payerName).toBe('Bright Pipes');
    world.clock.set('2033-11-23T03:50:00Z');
    await forget.handle();
    const documents = await world.app.get(Documents).ofInvoice(paid.id);
    expect(documents.map(({ content }) => content)).toEqual([null, null]);
    await expect(world.app.get(DocumentFiles).of(documents[0]!.id)).rejects.toThrow(DocumentNotFound);
    expect(await world.get(paid.id)).toMatchObject({ number: paid.number, payerName: '', receivedPence: 17_400 });
    expect((await world.get(owed.id)).payerName).toBe('Bright Pipes');
    const [{ lines }] = (await world.database.query('SELECT count(*) AS lines FROM ledger_entry')) as [
      { lines: number },
    ];
    expect(lines).toBe(8);
  });
});
