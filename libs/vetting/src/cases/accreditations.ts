import { Database, type Tx } from '@carers/database';
import { addDays, addMonths, Clock, Ids, type LocalDate } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import type { Programme } from '../programmes/programme.js';
import { Accreditation } from './accreditation.entity.js';
import type { VettingCase } from './vetting-case.entity.js';

/** What approvals give, and until when. */
@Injectable()
export class Accreditations {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** One from today for as long as the programme says; nothing where one stands. */
  async grant(tx: Tx, vettingCase: VettingCase, programme: Programme): Promise<void> {
    const { id: caseId, businessId, programmeSlug } = vettingCase;
    if (await this.standing(tx, caseId)) return;
    const validFrom = this.clock.today();
    await tx.insert(Accreditation, {
      id: this.ids.next(),
      caseId,
      businessId,
      programmeSlug,
      validFrom,
      validUntil: lastDay(validFrom, programme.renewal.months),
      endedAt: null,
      createdAt: this.clock.now(),
    });
  }

  /** Moves the last day of the one that stands; an earlier day than the present one changes nothing. */
  async extend(tx: Tx, caseId: string, validUntil: LocalDate): Promise<void> {
    await tx.query(
      'UPDATE accreditation SET valid_until = greatest(valid_until, $2::date) WHERE case_id = $1 AND ended_at IS NULL',
      [caseId, validUntil],
    );
  }

  /** Ends the one that stands, before its time. */
  async end(tx: Tx, caseId: string): Promise<void> {
    await tx.update(Accreditation, { caseId, endedAt: IsNull() }, { endedAt: this.clock.now() });
  }

  /** The one that stands, also where its last day is past. */
  async standing(from: Pick<Tx, 'findOneBy'>, caseId: string): Promise<Accreditation | null> {
    return from.findOneBy(Accreditation, { caseId, endedAt: IsNull() });
  }

  /** Those of a business, newest first. */
  async ofBusiness(businessId: string): Promise<Accreditation[]> {
    return this.database.reader.find(Accreditation, { where: { businessId }, order: { validFrom: 'DESC' }, take: 50 });
  }
}

/** The last day of so many months that begin on a day. */
export function lastDay(from: LocalDate, months: number): LocalDate {
  return addDays(addMonths(from, months), -1);
}
