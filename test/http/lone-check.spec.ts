import { createHash, randomUUID } from 'node:crypto';
import { Database } from '@carers/database';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OfferLimits } from '@carers/offer-rules';
import fc from 'fast-check';
import type { PoolClient } from 'pg';
import { type CheckAnswer, rowOf } from '../../libs/till/src/check-answer.js';
import { type ValidationAnswers, validationRows } from '../../libs/till/src/validate.statement.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given, type GivenCard } from '../support/given.js';

const day = '2026-11-21';
const at = `${day}T12:00:00Z`;

/** What is on record, and what a till asks. */
const anySituation = fc.record({
  card: fc.constantFrom('active', 'suspended', 'revoked', 'superseded'),
  credential: fc.constantFrom('active', 'revoked'),
  medium: fc.constantFrom('phone', 'printed'),
  kind: fc.constantFrom('adult', 'young', 'test'),
  valid: fc.constantFrom(
    ['2026-01-01', day],
    [day, '2027-01-01'],
    ['2026-01-01', '2026-11-20'],
    ['2026-11-22', '2027-01-01'],
  ),
  scopes: fc.constantFrom('{validate}', '{validate,redeem}', '{redeem}'),
  keyEnds: fc.constantFrom(null, at, '2026-11-21T12:00:01Z'),
  business: fc.constantFrom('published', 'suspended'),
  key: fc.constantFrom('known', 'unknown'),
  asks: fc.constantFrom('credential', 'number', 'unknown credential', 'unknown number', 'nothing'),
  refused: fc.constantFrom(null, 'malformed', 'bad_signature', 'expired', 'test_card'),
  fresh: fc.boolean(),
  asked: fc.constantFrom('first', 'again', 'for another card'),
}); /** A half of them with nothing against card and till. */
const situation = fc.oneof(
  anySituation,
  anySituation.map((any) => ({
    ...any,
    ...({ card: 'active', credential: 'active', kind: 'adult', business: 'published', key: 'known' } as const),
    keyEnds: null,
    refused: null,
  })),
);
type Situation = typeof anySituation extends fc.Arbitrary<infer Value> ? Value : never;

describe('a check by itself', () => {
  let running: TestApp;
  let client: PoolClient;
  let key: string;
  let cards: [GivenCard, GivenCard];
  /** Offers and scopes of what limits are held by. */
  let counters: [string[], string[]];

  beforeAll(async () => {
    running = await startTestApp({ at });
    const given = new Given(running);
    await given.scheme();
    const { business, branch } = await given.business();
    key = createHash('sha256')
      .update(await given.tillKey(branch.id))
      .digest('hex');
    cards = [await given.card(), await given.card()];
    client = await running.get(Database).pool.connect();
    const limits: OfferLimits = { total: 90, perDay: 5, perCard: { count: 2, period: 'month' } };
    const { id } = await given.offer(business.id, { limits });
    const everScope = (await given.offer(business.id, { limits: { perCard: { count: 2, period: 'ever' } } })).id;
    counters = [
      [id, id, id, everScope],
      ['total', `day:${day}`, 'card:*:2026-11-01', 'card:*'],
    ];
    for (const { cardholder } of cards) {
      for (const [place, scope] of counters[1].entries()) {
        await client.query(
          'INSERT INTO offer_counter (offer_id, scope, used) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
          [counters[0][place], scope.replace('*', cardholder.id), place + 1],
        );
      }
    }
  });
  afterAll(async () => {
    client?.release();
    await running?.close();
  });

  /** Puts it on record, for this transaction. */
  async function put({ card, credential, kind, valid, scopes, keyEnds, business }: Situation): Promise<void> {
    const ended = card === 'revoked' || card === 'superseded';
    await client.query(
      `UPDATE card SET status = $2, ended_at = $3, end_reason = $4, kind = $5, valid_from = $6, valid_until = $7 WHERE id = $1`,
      [
        cards[0].card.id,
        ended ? 'revoked' : card,
        ended ? at : null,
        ended ? (card === 'superseded' ? card : 'lost') : null,
        kind,
        ...valid,
      ],
    );
    await client.query('UPDATE credential SET status = $2 WHERE card_id = $1', [cards[0].card.id, credential]);
    await client.query('UPDATE till SET scopes = $1', [scopes]);
    await client.query('UPDATE till_key SET ends_at = $1', [keyEnds]);
    await client.query('UPDATE business SET status = $1', [business]);
  }

  const credentialOf = async ({ card }: GivenCard, medium: string) =>
    (
      await client.query<{ id: string }>('SELECT id FROM credential WHERE card_id = $1 AND medium = $2', [
        card.id,
        medium,
      ])
    ).rows[0]!.id;

  const types = ['uuid', 'text', 'uuid', 'timestamptz', 'date', 'text', 'text', 'text', 'boolean', 'uuid[]', 'text[]'];
  const typed = (sql: string) =>
    sql.replaceAll(/\$(\d+)/g, (_, place: string) => `$${place}::${types[Number(place) - 1]}`);
  const alone = typed('till_check_lone($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)');
  /** With the check of a till that nobody knows beside it, since a batch of one is a check by itself too. */
  const among = (wanted: 0 | 2) =>
    typed(`till_checks(ARRAY[$1, gen_random_uuid()], ARRAY[$2, 'none'], ARRAY[$3, gen_random_uuid()], ARRAY[$4, $4],
      ARRAY[$5, $5], ARRAY[$6, NULL], ARRAY[$7, NULL], ARRAY[$8, NULL], ARRAY[$9, false], ARRAY[${wanted}, 0], '{}',
      array_fill(1, ARRAY[cardinality($10)]), $10, $11)`);

  /** The answer to the one that is asked about. */
  async function ask(by: string, values: unknown[]): Promise<unknown> {
    const { rows } = await client.query<{ answer: CheckAnswer | ValidationAnswers }>(`SELECT ${by} AS answer`, values);
    const { answer } = rows[0]!;
    const row = Array.isArray(answer) ? rowOf(answer) : validationRows(answer)[0]!;
    const { birth_date: _born, hours_of_caring: _hours, offers: _offers, uses, ...told } = row;
    const { till_id, may_validate, branch_id, outcome, card_id } = told;
    // A till that may not ask is told nothing of the card, so it does not matter what was found of it.
    if (!may_validate) return { till_id, may_validate, branch_id };
    // Nor what was used, where no card is accepted.
    return { ...told, uses: outcome === 'valid' && card_id ? [...(uses ?? [])].sort() : [] };
  }

  const kept = async () =>
    (await client.query('SELECT * FROM validation ORDER BY id')).rows as Record<string, unknown>[];

  it('is answered and kept as it would be among others, whatever is on record and whatever is asked', async () => {
    const known = { phone: await credentialOf(cards[0], 'phone'), printed: await credentialOf(cards[0], 'printed') };
    const other = await credentialOf(cards[1], 'printed');
    await fc.assert(
      fc.asyncProperty(situation, async (now) => {
        await client.query('BEGIN');
        try {
          await put(now);
          const scan = randomUUID();
          const meant = {
            credential: [known[now.medium], null],
            number: [null, cards[0].card.number],
            'unknown credential': ['none', null],
            'unknown number': [null, 'ABCDEFGHJ'],
            nothing: [null, null],
          };
          const hash = now.key === 'known' ? key : 'nobody’s';
          if (now.asked !== 'first') {
            const earlier = now.asked === 'again' ? known[now.medium] : other;
            await ask(alone, [randomUUID(), hash, scan, at, day, earlier, null, null, true, [], []]);
          }
          const values = [randomUUID(), hash, scan, at, day, ...meant[now.asks], now.refused, now.fresh];
          const answers: unknown[] = [];
          for (const [by, ...named] of [
            [alone, ...counters],
            [among(0), ...counters],
            // Worked out of the terms, for a till whose offers are not known yet.
            [among(2), [], []],
          ]) {
            await client.query('SAVEPOINT before');
            answers.push([await ask(by as string, [...values, ...named]), await kept()]);
            await client.query('ROLLBACK TO before');
          }
          expect(answers[0]).toEqual(answers[1]);
          expect(answers[0]).toEqual(answers[2]);
        } finally {
          await client.query('ROLLBACK');
        }
      }),
      { numRuns: 300 },
    );
  });
});
