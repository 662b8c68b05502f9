import type { Tx } from '@carers/database';
import { addDays, addMonths, Clock, dateInLondon, daysBetween } from '@carers/kernel';
import {
  Accreditation,
  type CaseMove,
  type CaseState,
  CaseYear,
  Listing,
  Programmes,
  SiteVisit,
  VettingCase,
  VettingCheck,
  VettingMove,
  VettingNote,
  VettingPerson,
  VettingReference,
} from '@carers/vetting';
import { Injectable } from '@nestjs/common';
import { type DemoCase, readVetting } from '../data-files.js';
import { DemoAccounts } from '../demo-accounts.js';
import { demoActor } from '../demo-marks.js';
import type { DemoPart } from '../demo-part.js';
import { DemoPast, insertAll } from '../demo-past.js';
import { type CasePeopleThen, caseRows, type CaseRows } from './past-case.js';

type Step = [CaseMove, CaseState, CaseState, string, Date];

/** Businesses that are vetted: a trade that passed, one that waits for an officer, and a place with the award. */
@Injectable()
export class VettingPart implements DemoPart {
  readonly name = 'vetting';

  constructor(
    private readonly accounts: DemoAccounts,
    private readonly programmes: Programmes,
    private readonly listing: Listing,
    private readonly clock: Clock,
  ) {}

  async prepare() {
    const told = await readVetting();
    return async (tx: Tx) => {
      const past = new DemoPast(this.clock.now(), 'vetting');
      for (const one of told) await this.enter(tx, past, one);
      await past.writeEvents(tx);
      return `${told.length} businesses that are vetted`;
    };
  }

  private async enter(tx: Tx, past: DemoPast, told: DemoCase): Promise<void> {
    const programme = await this.programmes.current(told.programme, undefined, tx);
    const then = await this.peopleOf(tx, told.business);
    const rows = caseRows(past, told, programme, then);
    await tx.insert(VettingCase, rows.case as object);
    await insertAll(tx, VettingCheck, rows.checks);
    await insertAll(tx, VettingPerson, rows.people);
    await insertAll(tx, VettingReference, rows.references);
    await insertAll(tx, SiteVisit, rows.visits);
    await insertAll(tx, VettingNote, [rows.note]);
    await this.history(tx, past, rows, then);
    if (rows.decidedAt) await this.accredit(tx, past, rows, rows.decidedAt, programme.renewal.months);
    await this.listing.derive(tx, rows.case.id);
  }

  /** The business, who acts for it, and the two officers of the demo. */
  private async peopleOf(tx: Tx, name: string): Promise<CasePeopleThen> {
    const [business] = await tx.query<{ id: string; owner: string }[]>(
      `SELECT business.id, account_id AS owner FROM business
         JOIN account_role ON role = 'business_owner' AND scope_id = business.id WHERE name = $1`,
      [name],
    );
    if (!business) throw new Error(`The demo has no business "${name}".`);
    const [looks, decides] = await this.accounts.officers(tx);
    return { businessId: business.id, ownerId: business.owner, looks, decides };
  }

  private async history(tx: Tx, past: DemoPast, rows: CaseRows, { ownerId, looks, decides }: CasePeopleThen) {
    const { submittedAt, decidedAt } = rows;
    const steps: Step[] = [
      ['submit', 'draft', 'fee_due', ownerId, submittedAt],
      ['fee_paid', 'fee_due', 'in_review', 'payments', submittedAt],
      ...(decidedAt
        ? ([
            [
              'recommend',
              'in_review',
              'recommended',
              looks.id,
              past.daysAgo(daysBetween(dateInLondon(decidedAt), past.today) + 1),
            ],
            ['approve', 'recommended', 'approved', decides.id, decidedAt],
          ] satisfies Step[])
        : []),
    ];
    const moves = steps.map(([move, from, to, actorId, movedAt], index) =>
      Object.assign(new VettingMove(), {
        ...{ id: past.id(movedAt), caseId: rows.case.id, number: index + 1, move, from, to, actorId, movedAt },
        actorKind: move === 'fee_paid' ? ('system' as const) : ('account' as const),
        words: move === 'recommend' ? 'Everything is in order.' : null,
      }),
    );
    await insertAll(tx, VettingMove, moves);
    for (const { move, from, to, actorId, actorKind, movedAt } of moves)
      past.note(
        movedAt,
        `vetting.${move.replace('_', '-')}`,
        'vetting_case',
        rows.case.id,
        { kind: actorKind, id: actorId },
        { details: { from, to } },
      );
    past.note(submittedAt, 'vetting.opened', 'vetting_case', rows.case.id, demoActor);
  }

  private async accredit(tx: Tx, past: DemoPast, rows: CaseRows, at: Date, months: number): Promise<void> {
    const { id: caseId, businessId, programmeSlug } = rows.case;
    const validFrom = dateInLondon(at);
    const validUntil = addDays(addMonths(validFrom, months), -1);
    const fee = programmeSlug === 'trader-vetting' ? ('paid' as const) : ('none' as const);
    await tx.insert(Accreditation, {
      id: past.id(at),
      caseId,
      businessId,
      programmeSlug,
      validFrom,
      validUntil,
      createdAt: at,
    });
    const endsOn = addDays(addMonths(validFrom, 12), -1);
    await tx.insert(CaseYear, { id: past.id(at), caseId, year: 1, startsOn: validFrom, endsOn, fee, createdAt: at });
  }
}
