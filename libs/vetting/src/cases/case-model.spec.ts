import type { Actor } from '@carers/audit';
import { Database } from '@carers/database';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { startTestApp, type TestApp } from '../../../../test/support/app.js';
import type { GivenCase } from '../../../../test/support/given-case.js';
import { Given } from '../../../../test/support/given.js';
import { type CaseMove, caseMoves, caseStates, moves } from './case-moves.js';
import { Conflicts } from './conflicts.js';
import { VettingCases } from './vetting-cases.js';

const deciding: readonly CaseMove[] = ['approve', 'refuse', 'uphold', 'overturn'];
/** What a move may be refused with: anything else is a fault. */
const refusals = [
  'vetting-case-has-moved-on',
  'not-their-vetting-move',
  'needs-another-officer',
  'tied-to-business',
  'vetting-case-not-ready',
  'vetting-reason-needed',
  'appeal-too-late',
];

describe('any sequence of moves by any people', () => {
  let running: TestApp;
  let given: Given;
  let made: GivenCase;
  let everybody: Actor[];
  let tied: Actor;
  let both: Actor;

  beforeAll(async () => {
    running = await startTestApp();
    given = new Given(running);
    await given.scheme();
    made = await given.case({ state: 'draft' });
    await given.cases.answerAll(made);
    await given.cases.acceptAll(made);
    tied = await given.cases.officer();
    both = await given.cases.owner(made.businessId);
    await running.get(Database).transaction(async (tx) => {
      await running.get(Conflicts).declare(tx, { businessId: made.businessId, kind: 'family', words: null }, tied);
      await tx.query(
        `INSERT INTO account_role (id, account_id, role, granted_at) VALUES (gen_random_uuid(), $1, 'vetting_officer', now())`,
        [both.id],
      );
    });
    both = { ...both, role: 'vetting_officer' };
    const system: Actor = { kind: 'system', id: 'test' };
    everybody = [system, made.owner, ...made.officers, tied, both];
  });
  afterAll(() => running?.close());

  it('leaves a legal case, and nobody both recommends and decides', async () => {
    const step = fc.record({
      move: fc.constantFrom(...caseMoves),
      who: fc.nat(6),
      recommendation: fc.constantFrom('approve' as const, 'refuse' as const),
    });
    /** Mostly moves that the state allows, so that long ways are walked too. */
    const steps = fc.array(fc.tuple(step, fc.nat(99)), { minLength: 5, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(steps, async (plan) => {
        const undo = new Error('undo');
        await running
          .get(Database)
          .transaction(async (tx) => {
            for (const [{ move: wild, who, recommendation }, luck] of plan) {
              const { state } = await running.get(VettingCases).locked(tx, made.case.id);
              const legal = caseMoves.filter((move) => moves[move].from.includes(state) && move !== 'withdraw');
              const move = luck < 80 && legal.length > 0 ? legal[luck % legal.length]! : wild;
              await attempt(tx, move, everybody[who]!, recommendation);
            }
            await mustBeLegal(tx);
            throw undo;
          })
          .catch((error: unknown) => {
            if (error !== undo) throw error;
          });
      }),
      { numRuns: 60 },
    );
  });

  /** Makes the move, or takes it back whole when it is refused. */
  async function attempt(
    tx: Parameters<Parameters<Database['transaction']>[0]>[0],
    move: CaseMove,
    who: Actor,
    recommendation: 'approve' | 'refuse',
  ) {
    await tx.query('SAVEPOINT step');
    try {
      await running.get(VettingCases).move(tx, made.case.id, move, { reason: 'So it is.', recommendation }, who);
      await tx.query('RELEASE SAVEPOINT step');
    } catch (error) {
      await tx.query('ROLLBACK TO SAVEPOINT step');
      expect(refusals).toContain((error as { slug?: string }).slug);
    }
  }

  async function mustBeLegal(tx: Parameters<Parameters<Database['transaction']>[0]>[0]): Promise<void> {
    const left = await running.get(VettingCases).locked(tx, made.case.id);
    const history = await tx.query<
      { number: number; move: CaseMove; from: string; to: string; by: string; kind: string }[]
    >(
      `SELECT number, move, from_state AS from, to_state AS to, actor_id AS by, actor_kind AS kind FROM vetting_move
        WHERE case_id = $1 ORDER BY number`,
      [made.case.id],
    );
    expect(caseStates).toContain(left.state);
    // Each step begins where the last one ended, by a move that leads from there.
    let at: string = 'draft';
    for (const [index, { number, move, from, to }] of history.entries()) {
      expect(number).toBe(index + 1);
      expect(from).toBe(at);
      expect(moves[move].from).toContain(from);
      if (moves[move].to !== 'as_before') expect(to).toBe(moves[move].to);
      at = to;
    }
    expect(left.state).toBe(at);
    expect(left.stateBeforeAppeal === null).toBe(left.state !== 'appealed');
    const by = (wanted: (move: CaseMove) => boolean) =>
      new Set(history.filter(({ move }) => wanted(move)).map((step) => step.by));
    const recommended = by((move) => move === 'recommend');
    for (const decider of by((move) => deciding.includes(move))) expect(recommended.has(decider)).toBe(false);
    // An appeal goes to somebody who decided nothing before it.
    for (const [index, { move, by: decider }] of history.entries())
      if (move === 'uphold' || move === 'overturn')
        for (const earlier of history.slice(0, index))
          if (['approve', 'refuse', 'suspend', 'remove', 'uphold', 'overturn'].includes(earlier.move))
            expect(earlier.by).not.toBe(decider);
    // Whoever is tied to the business had no part in it.
    for (const { by: mover, kind } of history) if (kind === 'account') expect([tied.id, both.id]).not.toContain(mover);
    const [standing] = await tx.query<{ count: number }[]>(
      'SELECT count(*)::int AS count FROM accreditation WHERE case_id = $1 AND ended_at IS NULL',
      [made.case.id],
    );
    const has = ['approved', 'lapsed', 'suspended'].includes(left.state);
    if (has) expect(standing!.count).toBe(1);
    if (['removed', 'withdrawn', 'draft', 'fee_due', 'in_review', 'recommended'].includes(left.state))
      expect(standing!.count).toBe(0);
  }
});
