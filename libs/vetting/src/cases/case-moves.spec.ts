import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor } from '@carers/audit';
import { Audit } from '@carers/audit';
import { Database } from '@carers/database';
import { startTestApp, type TestApp } from '../../../../test/support/app.js';
import { type GivenCase } from '../../../../test/support/given-case.js';
import { Given } from '../../../../test/support/given.js';
import { type CaseMove, caseMoves, type CaseState, caseStates, moves, movesFrom } from './case-moves.js';
import { VettingCases } from './vetting-cases.js';

/** Where each move leads, written down a second time: the table may not change without somebody meaning it. */
const legal: Record<CaseState, Partial<Record<CaseMove, CaseState>>> = {
  draft: { submit: 'fee_due', withdraw: 'withdrawn' },
  fee_due: { fee_paid: 'in_review', withdraw: 'withdrawn' },
  in_review: {
    agree_actions: 'actions_agreed',
    recommend: 'recommended',
    fee_reversed: 'fee_due',
    withdraw: 'withdrawn',
  },
  actions_agreed: { actions_done: 'in_review', fee_reversed: 'fee_due', withdraw: 'withdrawn' },
  recommended: {
    approve: 'approved',
    refuse: 'refused',
    send_back: 'in_review',
    fee_reversed: 'fee_due',
    withdraw: 'withdrawn',
  },
  approved: { lapse: 'lapsed', suspend: 'suspended', remove: 'removed', withdraw: 'withdrawn' },
  refused: { appeal: 'appealed' },
  appealed: { uphold: 'refused', overturn: 'approved', withdraw: 'withdrawn' },
  lapsed: { restore: 'approved', suspend: 'suspended', remove: 'removed', withdraw: 'withdrawn' },
  suspended: { lift: 'approved', remove: 'removed', appeal: 'appealed', withdraw: 'withdrawn' },
  removed: { appeal: 'appealed' },
  withdrawn: {},
};

describe('the moves of a case', () => {
  let running: TestApp;
  let given: Given;
  const madeOf = new Map<CaseState, GivenCase>();
  const people = new Map<string, Actor>();
  const client = () => running.get(Database);

  beforeAll(async () => {
    running = await startTestApp();
    given = new Given(running);
    await given.scheme();
    for (const state of caseStates) madeOf.set(state, await given.case({ state }));
    people.set('stranger', { ...(await given.cases.person('carer')), role: 'vetting_officer' });
    people.set('administrator', await given.cases.person('administrator'));
    people.set('system', { kind: 'system', id: 'test' });
    people.set('applicant', { kind: 'applicant', id: '0' });
    people.set('other owner', await given.cases.owner(madeOf.get('draft')!.businessId));
  });
  afterAll(() => running?.close());

  /** Tries a move, takes it back whatever came of it, and tells the state it led to. */
  async function attempt(made: GivenCase, move: CaseMove, actor: Actor): Promise<CaseState> {
    const undo = new Error('undo');
    let state: CaseState | null = null;
    await client()
      .transaction(async (tx) => {
        // The law of moves alone is tried here: what else must be ready has tests of its own.
        await tx.query(
          `UPDATE vetting_action SET done_at = CASE WHEN $2 THEN agreed_at END, done_by = CASE WHEN $2 THEN 'test' END
            WHERE case_id = $1`,
          [made.case.id, move === 'actions_done'],
        );
        if (move === 'agree_actions')
          await tx.query(
            `INSERT INTO vetting_action (id, case_id, words, due_on, agreed_by, agreed_at)
             SELECT gen_random_uuid(), $1, words, due_on, agreed_by, agreed_at FROM vetting_action LIMIT 1`,
            [made.case.id],
          );
        await tx.query(`UPDATE vetting_check SET state = 'accepted' WHERE case_id = $1 AND state <> 'not_needed'`, [
          made.case.id,
        ]);
        const options = { reason: 'Since the test says so.' };
        await running.get(VettingCases).move(tx, made.case.id, move, options, actor);
        // What the file says of the new state may move it on at once: this is about the one step.
        const [step] = await tx.query<{ to: CaseState }[]>(
          'SELECT to_state AS to FROM vetting_move WHERE case_id = $1 AND move = $2 ORDER BY number DESC LIMIT 1',
          [made.case.id, move],
        );
        state = step!.to;
        throw undo;
      })
      .catch((error: unknown) => {
        if (error !== undo) throw error;
      });
    return state!;
  }

  const grid = caseStates.flatMap((state) => caseMoves.map((move) => [state, move] as const));

  it.each(grid)('from %s by %s', async (state, move) => {
    const made = madeOf.get(state)!;
    const [first, second, third] = made.officers;
    const by = moves[move].by;
    const right: Actor = by.includes('system')
      ? people.get('system')!
      : by.includes('owner')
        ? made.owner
        : move === 'uphold' || move === 'overturn'
          ? third
          : second;
    const to = legal[state][move];
    if (to === undefined) {
      for (const actor of [people.get('system')!, made.owner, first, second, third]) {
        await expect(attempt(made, move, actor)).rejects.toMatchObject({ slug: 'vetting-case-has-moved-on' });
      }
      return;
    }
    expect(await attempt(made, move, lifted(move, right, made))).toBe(to);
    for (const name of ['stranger', 'administrator', 'applicant', 'other owner']) {
      if (name === 'other owner' && state === 'draft') continue;
      await expect(attempt(made, move, people.get(name)!)).rejects.toMatchObject({ slug: 'not-their-vetting-move' });
    }
    if (!by.includes('owner'))
      await expect(attempt(made, move, made.owner)).rejects.toMatchObject({ slug: 'not-their-vetting-move' });
    if (!by.some((each) => each.endsWith('officer')))
      await expect(attempt(made, move, first)).rejects.toMatchObject({ slug: 'not-their-vetting-move' });
    if (!by.includes('system'))
      await expect(attempt(made, move, people.get('system')!)).rejects.toMatchObject({
        slug: 'not-their-vetting-move',
      });
    if (by.includes('other_officer'))
      await expect(attempt(made, move, first)).rejects.toMatchObject({ slug: 'needs-another-officer' });
    if (by.includes('third_officer'))
      for (const actor of [first, second])
        await expect(attempt(made, move, actor)).rejects.toMatchObject({ slug: 'needs-another-officer' });
  });

  /** What a person suspended a person lifts. */
  function lifted(move: CaseMove, actor: Actor, made: GivenCase): Actor {
    return move === 'lift' ? made.officers[2] : actor;
  }

  it('offer buttons for what can be done, and for nothing else', () => {
    expect(movesFrom('recommended', 'other_officer')).toEqual(['approve', 'refuse']);
    expect(movesFrom('withdrawn', 'officer')).toEqual([]);
    for (const state of caseStates)
      for (const move of caseMoves) expect(moves[move].from.includes(state)).toBe(legal[state][move] !== undefined);
  });

  describe('made one after the other', () => {
    let made: GivenCase;
    beforeEach(async () => {
      made = await given.case({ state: 'recommended' });
    });

    it('are each written down in history and audit trail, with who and why', async () => {
      await given.cases.move(made, 'refuse', { reason: 'No cover.', reasonKey: 'checks-failed' }, made.officers[1]);
      const history = await running.get(VettingCases).historyOf(made.case.id);
      expect(history.map(({ number, move }) => [number, move])).toEqual([
        [1, 'submit'],
        [2, 'fee_paid'],
        [3, 'recommend'],
        [4, 'refuse'],
      ]);
      expect(history.at(-1)).toMatchObject({
        from: 'recommended',
        to: 'refused',
        actorId: made.officers[1].id,
        words: 'No cover.',
        reasonKey: 'programmes:trader-vetting_2026-11.decision.refusalReasons.checks-failed.title',
      });
      const events = await running.get(Audit).historyOf({ kind: 'vetting_case', id: made.case.id });
      expect(events.find(({ action }) => action === 'vetting.refuse')).toMatchObject({
        actorId: made.officers[1].id,
        reason: 'No cover.',
      });
    });

    it('need a reason where somebody must be told why', async () => {
      for (const move of ['refuse', 'send_back'] as const)
        await expect(given.cases.move(made, move, { reason: '  ' }, made.officers[1])).rejects.toMatchObject({
          slug: 'vetting-reason-needed',
        });
    });

    it('let two who decide at the same moment decide once', async () => {
      const [, second, third] = made.officers;
      const both = await Promise.allSettled([
        given.cases.move(made, 'approve', {}, second),
        given.cases.move(made, 'refuse', { reason: 'No.' }, third),
      ]);
      expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const lost = both.find((each) => each.status === 'rejected')!;
      expect(lost.reason).toMatchObject({ slug: 'vetting-case-has-moved-on' });
    });

    it('take an appeal only within the days of the programme, and a third officer decides it', async () => {
      await given.cases.move(made, 'refuse', { reason: 'No.' }, made.officers[1]);
      const { appealUntil } = await running.get(VettingCases).get(made.case.id);
      expect(appealUntil).toBe('2026-12-19');
      running.clock.set('2026-12-20T09:00:00Z');
      await expect(given.cases.move(made, 'appeal', { reason: 'Yes.' }, made.owner)).rejects.toMatchObject({
        slug: 'appeal-too-late',
      });
      running.clock.set('2026-12-19T23:00:00Z');
      await given.cases.move(made, 'appeal', { reason: 'Yes.' }, made.owner);
      const overturned = await given.cases.move(made, 'overturn', { reason: 'True.' }, made.officers[2]);
      expect(overturned).toMatchObject({ state: 'approved', appealUntil: null, stateBeforeAppeal: null });
      running.clock.set('2026-11-21T10:00:00Z');
    });

    it('that the program makes undo only what the program did', async () => {
      await given.cases.move(made, 'approve', {}, made.officers[1]);
      const system: Actor = { kind: 'system', id: 'test' };
      await given.cases.move(made, 'suspend', { reason: 'A complaint.' }, made.officers[1]);
      await expect(given.cases.move(made, 'lift', { reason: 'Renewed.' }, system)).rejects.toMatchObject({
        slug: 'not-their-vetting-move',
      });
      await given.cases.move(made, 'lift', { reason: 'Looked into.' }, made.officers[2]);
      await given.cases.move(made, 'suspend', { reasonKey: 'vetting:because.not-renewed' }, system);
      const history = await running.get(VettingCases).historyOf(made.case.id);
      // Nothing in the file is wrong, so the listing lifts it by itself.
      expect(history.slice(-2).map(({ move, actorKind }) => [move, actorKind])).toEqual([
        ['suspend', 'system'],
        ['lift', 'system'],
      ]);
    });

    it('leave no second case of the programme beside one that runs, but after it', async () => {
      const open = () =>
        client().transaction((tx) =>
          running
            .get(VettingCases)
            .open(tx, { businessId: made.businessId, programme: 'trader-vetting', answers: {} }, made.owner),
        );
      await expect(open()).rejects.toMatchObject({ slug: 'vetting-case-already-open' });
      await given.cases.move(made, 'withdraw', {}, made.owner);
      expect(await open()).toMatchObject({ state: 'draft', tier: null });
    });
  });
});
