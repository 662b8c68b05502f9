import { Accounts, type Role, type Scope } from '@carers/access';
import type { Actor } from '@carers/audit';
import { Database } from '@carers/database';
import {
  CaseActions,
  CaseChecks,
  type CaseMove,
  type CaseState,
  type CheckAnswer,
  type Facts,
  type MoveOptions,
  Programmes,
  type ProgrammeCheck,
  type VettingCase,
  VettingCases,
} from '@carers/vetting';
import type { TestApp } from './app.js';

/** A case with the people who brought it to where it stands. */
export interface GivenCase {
  case: VettingCase;
  businessId: string;
  /** Acts for the business. */
  owner: Actor;
  /** Recommended; decided; and has done nothing yet. */
  officers: [Actor, Actor, Actor];
}

export interface CaseWishes {
  /** `in_review` unless said. */
  state?: CaseState;
  /** Of a business that is there; otherwise one is made. */
  businessId?: string;
  /** `trader-vetting` unless said. */
  programme?: string;
  facts?: Facts;
}

const system: Actor = { kind: 'system', id: 'test' };

/** A plumber with two helpers, who works inside homes: the lowest tier. */
const plumber: Facts = {
  work: ['plumbing'],
  where: ['inside'],
  whom: ['public'],
  employees: 3,
  premises: 1,
  trading_names: 1,
  subcontractors: false,
  large_jobs: false,
  limited_company: false,
};
const café: Facts = { kind: 'community', people: 6, lead: 'The owner' };

/** The moves that lead to a state, after the draft. */
const ways: Record<CaseState, CaseMove[]> = {
  draft: [],
  withdrawn: ['withdraw'],
  fee_due: ['submit'],
  in_review: ['submit', 'fee_paid'],
  actions_agreed: ['submit', 'fee_paid', 'agree_actions'],
  recommended: ['submit', 'fee_paid', 'recommend'],
  approved: ['submit', 'fee_paid', 'recommend', 'approve'],
  refused: ['submit', 'fee_paid', 'recommend', 'refuse'],
  appealed: ['submit', 'fee_paid', 'recommend', 'refuse', 'appeal'],
  lapsed: ['submit', 'fee_paid', 'recommend', 'approve', 'lapse'],
  suspended: ['submit', 'fee_paid', 'recommend', 'approve', 'suspend'],
  removed: ['submit', 'fee_paid', 'recommend', 'approve', 'remove'],
};

/** Cases for tests, made through the services. */
export class GivenCases {
  private count = 0;

  /** @param written what becomes of a name, so that a test of words knows it again */
  constructor(
    private readonly running: TestApp,
    private readonly written: (text: string) => string = (text) => text,
  ) {}

  /** Somebody who can sign in, as the actor of a role. */
  async person(role: Role, scope: Scope | null = null, name = this.written(`Person ${++this.count}`)): Promise<Actor> {
    const accounts = this.running.get(Accounts);
    const id = await this.running.get(Database).transaction(async (tx) => {
      const email = `${role}-${++this.count}-${Math.random().toString(36).slice(2, 8)}@people.example`;
      const made = await accounts.ensure(tx, { email, name });
      await accounts.grant(tx, made, role, scope);
      return made;
    });
    return { kind: 'account', id, role };
  }

  /** A vetting officer. */
  async officer(name?: string): Promise<Actor> {
    return this.person('vetting_officer', null, name);
  }

  /** Somebody who acts for a business. */
  async owner(businessId: string): Promise<Actor> {
    return this.person('business_owner', { kind: 'business', id: businessId });
  }

  /** A case in a state, each check accepted where the way there needs it. */
  async case(wishes: CaseWishes, businessId: string): Promise<GivenCase> {
    const get = this.running.get.bind(this.running);
    const state = wishes.state ?? 'in_review';
    const owner = await this.owner(businessId);
    const officers: [Actor, Actor, Actor] = [await this.officer(), await this.officer(), await this.officer()];
    const programme = wishes.programme ?? 'trader-vetting';
    const facts = { ...(programme === 'trader-vetting' ? plumber : café), ...wishes.facts };
    const before = (await get(VettingCases).ofBusiness(businessId)).find(
      ({ programmeSlug, state: at }) => programmeSlug === programme && at === 'draft',
    );
    const opened = await get(Database).transaction(async (tx) => {
      if (before) return get(VettingCases).tellFacts(tx, before.id, facts, system);
      return get(VettingCases).open(tx, { businessId, programme, answers: facts }, system);
    });
    const given: GivenCase = { case: opened, businessId, owner, officers };
    if (state !== 'draft') await this.answerAll(given);
    for (const move of ways[state]) await this.step(given, move);
    given.case = await get(VettingCases).get(opened.id);
    return given;
  }

  /** One move by whoever makes it, in a transaction of its own. */
  async move(given: GivenCase, move: CaseMove, options: MoveOptions, actor: Actor): Promise<VettingCase> {
    const { running } = this;
    return running
      .get(Database)
      .transaction((tx) => running.get(VettingCases).move(tx, given.case.id, move, options, actor));
  }

  /** Every check answered, in the way its questions ask for. */
  async answerAll(given: GivenCase): Promise<void> {
    const get = this.running.get.bind(this.running);
    const programme = await get(Programmes).version(given.case.programmeId);
    for (const check of await get(CaseChecks).of(given.case.id)) {
      const rule = programme.checks.find(({ key }) => key === check.key)!;
      const answer = answerTo(rule);
      await get(Database).transaction((tx) =>
        get(CaseChecks).answer(tx, given.case.id, check.key, answer, given.owner),
      );
    }
  }

  /** Every check accepted, past what the services ask for, until a day two years from now. */
  async acceptAll(given: GivenCase): Promise<void> {
    await this.running.get(Database).pool.query(
      `UPDATE vetting_check SET state = 'accepted', decided_at = $2, decided_by = $3, renewing = false,
              valid_until = ($2::timestamptz + interval '2 years')::date
        WHERE case_id = $1 AND state <> 'not_needed'`,
      [given.case.id, this.running.clock.now(), given.officers[0].id],
    );
  }

  private async step(given: GivenCase, move: CaseMove): Promise<void> {
    const get = this.running.get.bind(this.running);
    const [recommends, decides] = given.officers;
    const by: Partial<Record<CaseMove, Actor>> = {
      submit: given.owner,
      appeal: given.owner,
      withdraw: given.owner,
      approve: decides,
      refuse: decides,
      agree_actions: recommends,
      recommend: recommends,
      suspend: decides,
      remove: decides,
    };
    if (move === 'agree_actions') {
      const dueOn = '2027-01-31';
      await get(Database).transaction((tx) =>
        get(CaseActions).agree(tx, given.case.id, { words: 'Put the price on each quote.', dueOn }, recommends),
      );
    }
    if (move === 'recommend') await this.acceptAll(given);
    if (move === 'fee_paid' && (await get(VettingCases).get(given.case.id)).state !== 'fee_due') return;
    await this.move(given, move, { reason: 'As the test wishes.' }, by[move] ?? system);
  }
}

/** Something right for each question of a check. */
export function answerTo(check: ProgrammeCheck): CheckAnswer {
  return Object.fromEntries(
    check.asks.map(({ key, kind, choices, least }) => {
      switch (kind) {
        case 'number':
        case 'money':
          return [key, least ?? 1];
        case 'date':
          return [key, '2027-10-31'];
        case 'yes_no':
          return [key, false];
        case 'choice':
          return [key, choices![0]!.key];
        case 'choices':
          return [key, [choices![0]!.key]];
        default:
          return [key, 'As the test says'];
      }
    }),
  );
}
