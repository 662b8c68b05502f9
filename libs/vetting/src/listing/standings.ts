import { Database, type Tx } from '@carers/database';
import { Clock, type LocalDate } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import type { CaseState } from '../cases/case-moves.js';
import type { VettingCase } from '../cases/vetting-case.entity.js';
import type { Because, Standing } from './listing-rule.js';

/** How a business stands in a programme, as it was last derived. */
export interface KeptStanding {
  businessId: string;
  programme: string;
  caseId: string;
  caseState: CaseState;
  listed: boolean;
  accredited: boolean;
  /** Days of the accreditation, also of one that has ended; null where there never was one. */
  accreditedFrom: LocalDate | null;
  accreditedUntil: LocalDate | null;
  /** The first day on which it was no longer accredited. */
  endedOn: LocalDate | null;
}

export const standingColumns = `standing.business_id AS "businessId", standing.programme, standing.case_id AS "caseId",
  standing.case_state AS "caseState", standing.listed, standing.accredited,
  standing.accredited_from AS "accreditedFrom", standing.accredited_until AS "accreditedUntil",
  standing.ended_on AS "endedOn"`;

/** The table of standings: what the register, the badge and the nightly job read. */
@Injectable()
export class Standings {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Whether this is the case by which its business is judged: the one that goes on, else the latest. */
  async isTheOne(tx: Tx, { id, businessId, programmeSlug }: VettingCase): Promise<boolean> {
    const [one] = await tx.query<{ id: string }[]>(
      `SELECT id FROM vetting_case WHERE business_id = $1 AND programme_slug = $2
        ORDER BY state NOT IN ('refused', 'removed', 'withdrawn') DESC, created_at DESC, id DESC LIMIT 1`,
      [businessId, programmeSlug],
    );
    return one?.id === id;
  }

  /** Keeps what was derived, and says whether the business was accredited before. */
  async keep(
    tx: Tx,
    found: VettingCase,
    answer: Standing,
    extra: { from: LocalDate | null; nextChangeOn: LocalDate | null },
  ): Promise<{ before: boolean }> {
    const [before] = await tx.query<{ accredited: boolean }[]>(
      'SELECT accredited FROM standing WHERE business_id = $1 AND programme = $2 FOR UPDATE',
      [found.businessId, found.programmeSlug],
    );
    await tx.query(
      `INSERT INTO standing AS kept (business_id, programme, case_id, case_state, listed, accredited, because,
         accredited_from, accredited_until, ended_on, next_change_on, derived_at, name)
       VALUES ($1, $2, $3, $4, $5, $6, $7, CASE WHEN $6 THEN $8::date END, CASE WHEN $6 THEN $9::date END, NULL, $10, $11,
         (SELECT plain_text(name) FROM business WHERE id = $1))
       ON CONFLICT ON CONSTRAINT pk_standing DO UPDATE SET
         case_id = excluded.case_id, case_state = excluded.case_state, listed = excluded.listed,
         accredited = excluded.accredited, because = excluded.because,
         accredited_from = CASE WHEN excluded.accredited AND kept.accredited THEN kept.accredited_from
                                ELSE coalesce(excluded.accredited_from, kept.accredited_from) END,
         accredited_until = coalesce(excluded.accredited_until, kept.accredited_until),
         ended_on = CASE WHEN excluded.accredited THEN NULL
                         -- A job that comes late does not make the accreditation longer.
                         WHEN kept.accredited THEN least($12::date, kept.accredited_until + 1)
                         ELSE kept.ended_on END,
         next_change_on = excluded.next_change_on, derived_at = excluded.derived_at`,
      [
        found.businessId,
        found.programmeSlug,
        found.id,
        found.state,
        answer.listed,
        answer.accredited,
        answer.because.map(textOf),
        extra.from,
        answer.until,
        extra.nextChangeOn,
        this.clock.now(),
        this.clock.today(),
      ],
    );
    return { before: before?.accredited ?? false };
  }

  /** Businesses of which something may change by this day, in pages. @param after the last id of the page before */
  async due(on: LocalDate, after: string, limit: number): Promise<{ businessId: string }[]> {
    return this.database.query<{ businessId: string }>(
      `SELECT DISTINCT business_id AS "businessId" FROM standing
        WHERE next_change_on <= $1 AND business_id > $2 ORDER BY business_id LIMIT $3`,
      [on, after, limit],
    );
  }

  /** The cases by which a business is judged. */
  async casesOf(tx: Tx, businessId: string): Promise<string[]> {
    const rows = await tx.query<{ id: string }[]>(
      'SELECT case_id AS id FROM standing WHERE business_id = $1 ORDER BY case_id',
      [businessId],
    );
    return rows.map(({ id }) => id);
  }

  /** How a business stands in every programme that it ever began. */
  async of(businessId: string): Promise<KeptStanding[]> {
    return this.database.query<KeptStanding>(
      `SELECT ${standingColumns} FROM standing WHERE business_id = $1 ORDER BY programme`,
      [businessId],
    );
  }
}

/** As it stands in the table: `check_over:public-liability`. */
function textOf({ kind, key }: Because): string {
  return key === null ? kind : `${kind}:${key}`;
}
