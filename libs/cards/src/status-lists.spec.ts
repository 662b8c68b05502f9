import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type ListedStatus, type NodeVerifyingKeys, parseStatusChanges, StatusList } from '@carers/credentials';
import { Database, type Tx } from '@carers/database';
import { Clock } from '@carers/kernel';
import { Settings } from '@carers/settings';
import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { Given } from '../../../test/support/given.js';
import { CardKeys } from './card-keys.js';
import { Cards } from './cards.js';
import { Credential } from './credential.entity.js';
import { LostCards } from './lost-cards.js';
import { StatusIndexes } from './status-indexes.js';
import { StatusLists } from './status-lists.js';

const staff = { kind: 'account', id: '01999999-0000-7000-8000-000000000001', role: 'registrar' } as const;

let running: TestApp;
let given: Given;
let database: Database;
beforeAll(async () => {
  running = await startTestApp();
  given = new Given(running);
  database = running.get(Database);
  await given.scheme();
});
afterAll(() => running.close());

const inTransaction = <T>(work: (cards: Cards, tx: Tx) => Promise<T>) =>
  database.transaction((tx) => work(running.get(Cards), tx));
/** As another process has it, which has made no list yet. */
const anew = (program = running) =>
  new StatusLists(program.get(Database), program.get(CardKeys), program.get(Settings), program.get(Clock));
const keys = async (): Promise<NodeVerifyingKeys> => running.get(CardKeys).verifying();
const list = async () => StatusList.parse((await anew().whole()).jwt, await keys());
const changes = async (since: number) => parseStatusChanges(await anew().changesSince(since), await keys());
const now = () => Math.floor(Date.now() / 1000);

const credentialsOf = (cardId: string) =>
  database.reader.find(Credential, { where: { cardId }, order: { medium: 'ASC' } });
/** What the list says of a card's credentials, the phone's first. */
async function listed(cardId: string): Promise<(ListedStatus | null)[]> {
  const [all, statuses] = await Promise.all([credentialsOf(cardId), list()]);
  return all.map(({ statusIndex }) => statuses.statusOf(statusIndex));
}

/** Resolves once a statement waits for a row that another transaction holds. */
async function somebodyWaits(): Promise<void> {
  const waiting = 'SELECT 1 FROM pg_locks WHERE NOT granted AND database IS NULL';
  while ((await database.query(waiting)).length === 0);
}

describe('what the status list says', () => {
  it('is valid for a new card, suspended while it is stopped, and valid again', async () => {
    const { card } = await given.card();
    expect(await listed(card.id)).toEqual([0, 0]);
    await inTransaction((cards, tx) => cards.suspend(tx, card.id, staff, 'Seen in two towns at once'));
    expect(await listed(card.id)).toEqual([2, 2]);
    await inTransaction((cards, tx) => cards.lift(tx, card.id, staff, 'Explained'));
    expect(await listed(card.id)).toEqual([0, 0]);
  });

  it('is invalid for good once a card was revoked, also after a suspension', async () => {
    const { card } = await given.card();
    await inTransaction((cards, tx) => cards.suspend(tx, card.id, staff, 'Asking'));
    await inTransaction((cards, tx) => cards.revoke(tx, card.id, 'misuse', staff, 'It was so'));
    expect(await listed(card.id)).toEqual([1, 1]);
  });

  it('is invalid for a card that was lost, and valid for the one in its place', async () => {
    const { card } = await given.card();
    const { card: next } = await running.get(LostCards).report(card.id, staff);
    expect(await listed(card.id)).toEqual([1, 1]);
    expect(await listed(next.id)).toEqual([0, 0]);
  });

  it('leaves one live credential of each medium, however often somebody’s card is replaced or issued again', async () => {
    const { cardholder, card } = await given.card();
    const lost = running.get(LostCards);
    await Promise.allSettled([1, 2, 3].map(() => lost.report(card.id, staff)));
    const [second] = await database.query<{ id: string }>(
      `SELECT id FROM card WHERE cardholder_id = $1 AND status = 'active'`,
      [cardholder.id],
    );
    await inTransaction((cards, tx) => cards.revoke(tx, second!.id, 'superseded', staff));
    await Promise.allSettled(
      [1, 2, 3].map(() => inTransaction((cards, tx) => cards.issueAgain(tx, cardholder.id, staff))),
    );
    const rows = await database.query<{ medium: string; works: boolean; status_index: number }>(
      `SELECT medium, credential.status = 'active' AND card.status = 'active' AS works, status_index
         FROM credential JOIN card ON card.id = card_id WHERE cardholder_id = $1`,
      [cardholder.id],
    );
    expect(rows).toHaveLength(6);
    expect(
      rows
        .filter(({ works }) => works)
        .map(({ medium }) => medium)
        .sort(),
    ).toEqual(['phone', 'printed']);
    const statuses = await list();
    for (const { works, status_index: index } of rows) expect(statuses.statusOf(index)).toBe(works ? 0 : 1);
  });

  it('is kept by the database, whatever changes a card or a credential', async () => {
    const { card } = await given.card();
    await database.query(`UPDATE credential SET status = 'revoked', revoked_at = now() WHERE card_id = $1 AND medium = 'phone'`, [card.id]); // prettier-ignore
    expect(await listed(card.id)).toEqual([1, 0]);
    await database.query(`UPDATE card SET status = 'suspended' WHERE id = $1`, [card.id]);
    expect(await listed(card.id)).toEqual([1, 2]);
    await database.query('UPDATE credential SET listed_status = 0, listed_changed_at = NULL WHERE card_id = $1', [card.id]); // prettier-ignore
    expect(await listed(card.id)).toEqual([1, 2]);
  });

  it('is invalid at once for a credential that is added to a card while that is being revoked', async () => {
    const { card } = await given.card();
    let added: Promise<unknown> = Promise.resolve();
    await inTransaction(async (cards, tx) => {
      await cards.revoke(tx, card.id, 'lost', staff);
      added = database.query(
        `INSERT INTO credential (id, card_id, medium, status, status_index, created_at)
         SELECT 'ffffffffffffffff', $1, 'plastic', 'active', 131000, now()`,
        [card.id],
      );
      await somebodyWaits();
    });
    await added;
    expect(await listed(card.id)).toEqual([1, 1, 1]);
  });

  it('holds no card whose time ran out more than a week ago, since that is refused without it', async () => {
    const { card } = await given.card();
    await inTransaction((cards, tx) => cards.revoke(tx, card.id, 'left', staff));
    running.clock.set(new Date('2028-11-27T10:00:00Z'));
    expect(await listed(card.id)).toEqual([1, 1]);
    running.clock.set(new Date('2028-11-28T10:00:00Z'));
    expect(await listed(card.id)).toEqual([0, 0]);
    running.clock.set(new Date('2026-11-21T10:00:00Z'));
  });
});

describe('the changes of the status list', () => {
  it('hold the present status of what changed since, and bring an older list up to date', async () => {
    const [stopped, lifted, other] = [await given.card(), await given.card(), await given.card()];
    const before = await list();
    await inTransaction((cards, tx) => cards.revoke(tx, stopped.card.id, 'lost', staff));
    await inTransaction((cards, tx) => cards.suspend(tx, lifted.card.id, staff, 'Asking'));
    await inTransaction((cards, tx) => cards.lift(tx, lifted.card.id, staff, 'Explained'));
    const told = await changes(before.issuedAt.getTime() / 1000);
    const byIndex = new Map(told.changes);
    const indexes = async ({ card }: { card: { id: string } }) =>
      (await credentialsOf(card.id)).map(({ statusIndex }) => statusIndex);
    expect((await indexes(stopped)).map((index) => byIndex.get(index))).toEqual([1, 1]);
    expect((await indexes(lifted)).map((index) => byIndex.get(index))).toEqual([0, 0]);
    expect((await indexes(other)).map((index) => byIndex.get(index))).toEqual([undefined, undefined]);
    before.apply(told);
    const after = await list();
    for (const [index] of told.changes) expect(before.statusOf(index)).toBe(after.statusOf(index));
    expect(told.size).toBe(after.size);
  });

  it('are none where nothing changed', async () => {
    await database.query(`UPDATE credential SET listed_changed_at = listed_changed_at WHERE false`);
    expect((await changes(now() + 7_200)).changes).toEqual([]);
  });

  it('are told again for fifteen minutes, since a change is seen only after it is stamped', async () => {
    const { card } = await given.card();
    await inTransaction((cards, tx) => cards.revoke(tx, card.id, 'lost', staff));
    expect((await changes(now() + 14 * 60)).changes.length).toBeGreaterThanOrEqual(2);
  });

  it('are made once in some seconds, however many ask, and for whichever instant of an hour', async () => {
    const lists = anew();
    const hour = Math.floor(now() / 3_600) * 3_600;
    const query = jest.spyOn(database, 'query');
    try {
      const told = await Promise.all(Array.from({ length: 50 }, (_, second) => lists.changesSince(hour + second)));
      expect(new Set(told).size).toBe(1);
      for (const text of ['credential', 'status_list'])
        expect(query.mock.calls.filter(([sql]) => sql.includes(text)).length).toBe(1);
      expect((await parseStatusChanges(told[0]!, await keys())).since.getTime()).toBe(hour * 1_000);
    } finally {
      query.mockRestore();
    }
  });

  it('are made again after some seconds, and at once where their key was revoked', async () => {
    const { card } = await given.card();
    const lists = anew();
    const since = now();
    const first = await lists.changesSince(since);
    await inTransaction((cards, tx) => cards.revoke(tx, card.id, 'lost', staff));
    expect(await lists.changesSince(since)).toBe(first);
    const steady = performance.now();
    const clock = jest.spyOn(performance, 'now').mockReturnValue(steady + 5_000);
    try {
      expect(await lists.changesSince(since)).not.toBe(first);
    } finally {
      clock.mockRestore();
    }
    const second = await lists.changesSince(since);
    const { kid } = await running.get(CardKeys).signer();
    await running.get(CardKeys).revoke(kid, 'Leaked', staff);
    expect(await lists.changesSince(since)).not.toBe(second);
  });

  it('are kept for a week', async () => {
    await expect(anew().changesSince(now() - 7 * 86_400 - 60)).rejects.toMatchObject({ slug: 'status-list-too-old' });
    await expect(anew().changesSince(0)).rejects.toMatchObject({ kind: 'gone' });
    expect((await changes(now() - 7 * 86_400 + 60)).changes.length).toBeGreaterThan(0);
  });
});

describe('a signed list', () => {
  it('is the same in every process as long as nothing changes, and is signed anew each hour', async () => {
    const other = await startTestApp({ databaseUrl: running.settings.databaseUrl });
    try {
      const [here, there] = await Promise.all([anew().whole(), anew(other).whole()]);
      expect(there).toEqual(here);
    } finally {
      await other.close();
    }
    const issued = (await list()).issuedAt;
    expect(issued.getTime() % 3_600_000).toBe(0);
    expect(Date.now() - issued.getTime()).toBeLessThan(3_660_000);
  });

  it('is sent for some seconds, and then made again', async () => {
    const { card } = await given.card();
    const lists = anew();
    const first = await lists.whole();
    await inTransaction((cards, tx) => cards.revoke(tx, card.id, 'lost', staff));
    expect((await lists.whole()).etag).toBe(first.etag);
    const steady = performance.now();
    const clock = jest.spyOn(performance, 'now').mockReturnValue(steady + 5_000);
    try {
      expect((await lists.whole()).etag).not.toBe(first.etag);
    } finally {
      clock.mockRestore();
    }
  });

  it('is read with two looks into small indexes', async () => {
    const plans = await database.transaction(async (tx) => {
      await tx.query('SET LOCAL enable_seqscan = off');
      await tx.query('SET LOCAL enable_bitmapscan = off');
      const explain = (sql: string) => tx.query(`EXPLAIN ${sql}`) as Promise<{ 'QUERY PLAN': string }[]>;
      return [
        ...(await explain(
          `SELECT status_index, listed_status FROM credential WHERE listed_status <> 0 AND listed_until >= current_date`,
        )),
        ...(await explain(
          `SELECT status_index, listed_status FROM credential WHERE listed_changed_at >= now() - interval '1 hour'`,
        )),
      ].map((row) => row['QUERY PLAN']);
    });
    const text = plans.join('\n');
    expect(text).toMatch(/Index Only Scan using ix_credential__listed /);
    expect(text).toMatch(/Index Only Scan using ix_credential__listed_changed_at /);
  });
});

describe('places in the list', () => {
  const draw = (count: number) => database.transaction((tx) => running.get(StatusIndexes).draw(tx, count));

  it('are drawn from the whole range, each once, never the place of the cards for practising', async () => {
    const drawn = await draw(5_000);
    expect(new Set(drawn).size).toBe(5_000);
    expect(Math.min(...drawn)).toBeGreaterThan(0);
    expect(Math.max(...drawn)).toBeLessThan(2 ** 17);
    // Ten parts of the range are drawn alike: 500 each, give or take six standard deviations.
    for (let part = 0; part < 10; part++) {
      const within = drawn.filter((place) => Math.floor((place * 10) / 2 ** 17) === part).length;
      expect(Math.abs(within - 500)).toBeLessThan(6 * Math.sqrt(450));
    }
  });

  it('come from a range twice as large once more than half of it is taken', async () => {
    const { card } = await given.card();
    class Undone extends Error {}
    const undone = database.transaction(async (tx) => {
      // By hand, since half a list of triggers takes its time.
      await tx.query('ALTER TABLE credential DISABLE TRIGGER credential_keep_listed');
      await tx.query(
        `INSERT INTO credential (id, card_id, medium, status, status_index, created_at, listed_status, listed_until)
         SELECT 'f' || lpad(to_hex(place), 15, '0'), $1, 'plastic', 'revoked', place, now(), 1, current_date
           FROM generate_series(1, 131071) place WHERE place % 3 > 0 AND place NOT IN (SELECT status_index FROM credential)`,
        [card.id],
      );
      const drawn = await running.get(StatusIndexes).draw(tx, 200);
      const [row] = (await tx.query('SELECT capacity FROM status_list')) as { capacity: number }[];
      expect(row!.capacity).toBe(2 ** 18);
      expect(Math.max(...drawn)).toBeGreaterThan(2 ** 17);
      const taken = (await tx.query('SELECT 1 FROM credential WHERE status_index = ANY($1)', [drawn])) as unknown[];
      expect(taken).toEqual([]);
      throw new Undone();
    });
    await expect(undone).rejects.toThrow(Undone);
  });

  it('grow at once for very many', async () => {
    await expect(
      database.transaction(async (tx) => {
        const drawn = await running.get(StatusIndexes).draw(tx, 70_000);
        throw new RangeError(String(new Set(drawn).size));
      }),
    ).rejects.toThrow('70000');
  });

  it('are never negative or the first, whoever inserts them', async () => {
    const { card } = await given.card();
    const insert = database.query(
      `INSERT INTO credential (id, card_id, medium, status, status_index, created_at)
       VALUES ('0000000000000000', $1, 'plastic', 'active', 0, now())`,
      [card.id],
    );
    await expect(insert).rejects.toMatchObject({ constraint: 'ck_credential__status_index' });
  });
});
