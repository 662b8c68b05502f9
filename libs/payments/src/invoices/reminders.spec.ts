import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PaymentEvents } from '../payment-events.js';
import { PaymentMethods } from '../payment-methods.js';
import { actor, paymentsWorld, type PaymentsWorld } from '../payments.fixture.js';
import { NothingOwed } from '../payments.problems.js';
import { reminderOn, Reminders } from './reminders.js';

let world: PaymentsWorld;
const overdue: string[] = [];
const collecting = new Set<string>();
beforeAll(async () => {
  world = await paymentsWorld();
  world.app.get(PaymentEvents).on('overdue', async (_, { invoiceId }) => {
    overdue.push(invoiceId);
    return Promise.resolve();
  });
  world.app.get(PaymentMethods).add({
    key: 'test',
    buttons: () => [],
    onItsWay: async ({ id }) => Promise.resolve(collecting.has(id)),
    refundable: async () => Promise.resolve(0),
    refund: async () => Promise.resolve(true),
    owesLess: async () => Promise.resolve(),
    onItsWayBack: async () => Promise.resolve(0),
  });
});
afterAll(() => world.app.close());
beforeEach(() => world.clock.set('2026-11-21T10:00:00Z'));

const night = async (day: string) => {
  world.clock.set(`${day}T06:10:00Z`);
  await world.app.get(Reminders).night(actor);
};
const kinds = async (invoiceId: string) =>
  (
    await world.database.query<{ kind: string }>(
      `SELECT params ->> 'reminderKind' AS kind FROM outgoing_message
        WHERE about_id = $1 AND template = 'payments/reminder' ORDER BY created_at`,
      [invoiceId],
    )
  ).map(({ kind }) => kind);

describe('reminders', () => {
  it('go out a week before, on the day, and one and two weeks after, each once', async () => {
    const { id } = await world.issue({ dueOn: '2026-12-21' });
    for (const day of [
      '2026-12-13',
      '2026-12-14',
      '2026-12-14',
      '2026-12-15',
      '2026-12-21',
      '2026-12-22',
      '2026-12-28',
      '2027-01-04',
      '2027-01-30',
    ])
      // prettier-ignore
      await night(day);
    expect(await kinds(id)).toEqual(['before', 'due', 'after-7', 'after-14']);
    expect(overdue.filter((each) => each === id)).toEqual([id]);
    expect(await world.get(id)).toMatchObject({ overdueSince: '2026-12-22' });
    await world.pay(id, 17_400);
    expect(await world.get(id)).toMatchObject({ overdueSince: null });
  });

  it('are not made up for after days without a worker: only the latest goes out', async () => {
    const { id } = await world.issue({ dueOn: '2026-12-21' });
    await night('2026-12-30');
    expect(await kinds(id)).toEqual(['after-7']);
  });

  it('go out once where two workers do the same night', async () => {
    const { id } = await world.issue({ dueOn: '2026-12-21' });
    await Promise.all([night('2026-12-21'), night('2026-12-21'), night('2026-12-21')]);
    expect(await kinds(id)).toEqual(['due']);
  });

  it('are for each instalment that is not covered', async () => {
    const { id } = await world.issue({
      instalments: [
        { dueOn: '2026-12-01', pence: 8_700 },
        { dueOn: '2027-03-01', pence: 8_700 },
      ],
    });
    await night('2026-12-02');
    expect(await world.get(id)).toMatchObject({ overdueSince: '2026-12-02', dueOn: '2026-12-01' });
    await world.pay(id, 8_700);
    expect(await world.get(id)).toMatchObject({ overdueSince: null, dueOn: '2027-03-01', state: 'open' });
    await night('2026-12-09');
    await night('2027-03-01');
    expect(await kinds(id)).toEqual(['due', 'due']);
    await night('2027-03-02');
    expect(overdue.filter((each) => each === id)).toEqual([id, id]);
  });

  it('ask nobody whose payment is on its way, and call nothing overdue meanwhile', async () => {
    const { id } = await world.issue({ dueOn: '2026-12-21' });
    collecting.add(id);
    await night('2026-12-28');
    expect(await kinds(id)).toEqual([]);
    expect(overdue).not.toContain(id);
  });

  it('go out at once where staff ask, once a day, and not for what is paid', async () => {
    const { id } = await world.issue({ dueOn: '2026-12-21' });
    const now = () => world.in((tx) => world.app.get(Reminders).now(tx, id, actor));
    expect([await now(), await now()]).toEqual([true, false]);
    expect(await kinds(id)).toEqual(['now']);
    await world.pay(id, 17_400);
    await expect(now()).rejects.toThrow(NothingOwed);
  });
});

describe('the reminder of a day', () => {
  it.each([
    ['2026-12-13', null],
    ['2026-12-14', 'before'],
    ['2026-12-20', 'before'],
    ['2026-12-21', 'due'],
    ['2027-01-20', 'after-14'],
  ])('is on %s %s', (today, kind) => {
    expect(reminderOn(today, '2026-12-21', '2026-11-21')).toBe(kind);
  });

  it('does not come before the invoice itself', () => {
    expect(reminderOn('2026-12-19', '2026-12-21', '2026-12-18')).toBeNull();
  });
});
