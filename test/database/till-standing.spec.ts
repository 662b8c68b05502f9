import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { testDatabase } from '../support/database.js';

const places = [0, 1] as const;
const place = fc.constantFrom(...places);

/** What may happen to two businesses with a branch each, two tills, and their keys. */
const change = fc.oneof(
  fc.record({ what: fc.constant('status' as const), of: place, to: fc.constantFrom('published', 'suspended') }),
  fc.record({ what: fc.constant('closed' as const), of: place, to: fc.boolean() }),
  fc.record({ what: fc.constant('owner' as const), of: place, to: place }),
  fc.record({ what: fc.constant('ended' as const), of: place, to: fc.boolean() }),
  fc.record({ what: fc.constant('moved' as const), of: place, to: place }),
  fc.record({
    what: fc.constant('scopes' as const),
    of: place,
    to: fc.constantFrom('{validate}', '{validate,redeem}'),
  }),
  fc.record({ what: fc.constant('key' as const), of: place, to: fc.constant(null) }),
);
type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never;

describe('what a till’s key tells of its till, branch and business', () => {
  let clients: pg.Client[];
  const [businesses, branches, tills] = Array.from({ length: 3 }, () => places.map(() => randomUUID())) as [
    string[],
    string[],
    string[],
  ];

  beforeAll(async () => {
    const url = await testDatabase();
    clients = [new pg.Client(url), new pg.Client(url)];
    for (const client of clients) await client.connect();
    const [client] = clients;
    // A rule of its own that changes picked at random would break.
    await client!.query('DROP INDEX uq_branch__business_online');
    for (const at of places) {
      await client!.query(
        `INSERT INTO business (id, slug, name, kind, category_id, contact_name, contact_email, contact_email_hash, status, created_at)
         SELECT $1::uuid, $1::text, 'Tide and Quay', 'independent', category.id, 'x', 'x', $1::text, 'published', now()
           FROM category LIMIT 1`,
        [businesses[at]],
      );
      await client!.query(
        `INSERT INTO branch (id, business_id, slug, name, online, created_at) VALUES ($1::uuid, $2, $1::text, 'Poole', true, now())`,
        [branches[at], businesses[at]],
      );
      await client!.query(
        `INSERT INTO till (id, branch_id, name, kind, scopes, created_at) VALUES ($1, $2, 'Counter', 'key', '{validate}', now())`,
        [tills[at], branches[at]],
      );
    }
  });
  afterAll(() => Promise.all(clients?.map((client) => client.end())));

  function make(client: pg.Client, { what, of, to }: Change): Promise<unknown> {
    switch (what) {
      case 'status':
        return client.query('UPDATE business SET status = $2 WHERE id = $1', [businesses[of], to]);
      case 'closed':
        return client.query('UPDATE branch SET closed_at = CASE WHEN $2 THEN now() END WHERE id = $1', [
          branches[of],
          to,
        ]);
      case 'owner':
        return client.query('UPDATE branch SET business_id = $2 WHERE id = $1', [branches[of], businesses[to]]);
      case 'ended':
        return client.query('UPDATE till SET ended_at = CASE WHEN $2 THEN now() END WHERE id = $1', [tills[of], to]);
      case 'moved':
        return client.query('UPDATE till SET branch_id = $2 WHERE id = $1', [tills[of], branches[to]]);
      case 'scopes':
        return client.query('UPDATE till SET scopes = $2 WHERE id = $1', [tills[of], to]);
      case 'key':
        return client.query('INSERT INTO till_key (key_hash, till_id, created_at) VALUES ($1, $2, now())', [
          randomUUID(),
          tills[of],
        ]);
    }
  }

  /** Keys that say something else than the rows they go by. */
  const untrue = async () => {
    const { rows } = await clients[0]!.query(`
      SELECT till_key.*, till.branch_id AS till_is_at, branch.business_id AS branch_is_of, till.ended_at, branch.closed_at,
             business.status
        FROM till_key JOIN till ON till.id = till_key.till_id JOIN branch ON branch.id = till.branch_id
        JOIN business ON business.id = branch.business_id
       WHERE till_key.branch_id <> till.branch_id OR till_key.business_id <> branch.business_id
          OR till_key.scopes <> till.scopes
          OR till_key.works <> (till.ended_at IS NULL AND branch.closed_at IS NULL AND business.status = 'published')`);
    return rows as object[];
  };

  it('is so after any changes, one after the other', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 12 }), async (changes) => {
        for (const each of changes) await make(clients[0]!, each);
        expect(await untrue()).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it('is so after two transactions at once, whichever waits for the other or is broken off', async () => {
    const some = fc.array(change, { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(some, some, async (...both) => {
        const ends = await Promise.all(
          both.map(async (changes, at) => {
            const client = clients[at]!;
            await client.query('BEGIN');
            try {
              for (const each of changes) await make(client, each);
              await client.query('COMMIT');
              return 'committed';
            } catch (error) {
              await client.query('ROLLBACK');
              return (error as { code?: string }).code;
            }
          }),
        );
        // A deadlock is broken by the database, and what it broke off is tried again by the program.
        expect(ends.filter((end) => end !== 'committed' && end !== '40P01')).toEqual([]);
        expect(await untrue()).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});
