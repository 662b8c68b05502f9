import type { Tx } from '@carers/database';
import { addDays, Clock, Ids } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { Accreditations, lastDay } from '../cases/accreditations.js';
import type { VettingCase } from '../cases/vetting-case.entity.js';
import type { Programme } from '../programmes/programme.js';
import { Programmes } from '../programmes/programmes.js';
import { CaseYear } from './case-year.entity.js';

/** The years of approved cases, one after the other without a gap. The case's row is locked by the caller. */
@Injectable()
export class CaseYears {
  constructor(
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly programmes: Programmes,
    private readonly accreditations: Accreditations,
  ) {}

  /** The last year that was begun. */
  async newest(tx: Tx, caseId: string): Promise<CaseYear | null> {
    return tx.findOne(CaseYear, { where: { caseId }, order: { year: 'DESC' } });
  }

  /** The first year, from today; null where a case has one. */
  async first(tx: Tx, { id: caseId }: VettingCase): Promise<CaseYear | null> {
    if (await this.newest(tx, caseId)) return null;
    return this.add(tx, caseId, 1, this.clock.today());
  }

  /** The year after the newest; null while it is too early, or the newest is not paid for. */
  async next(tx: Tx, { id: caseId }: VettingCase, { renewal }: Programme): Promise<CaseYear | null> {
    const newest = await this.newest(tx, caseId);
    if (!newest || (newest.fee !== 'none' && newest.fee !== 'paid')) return null;
    const startsOn = addDays(newest.endsOn, 1);
    if (this.clock.today() < addDays(startsOn, -renewal.noticeDays)) return null;
    return this.add(tx, caseId, newest.year + 1, startsOn);
  }

  /** Keeps that the terms were agreed to for a year. @param by account, or `paying` */
  async agree(tx: Tx, year: CaseYear, version: string, by: string): Promise<void> {
    Object.assign(year, { termsVersion: version, termsAcceptedAt: this.clock.now(), termsAcceptedBy: by });
    await tx.save(year);
  }

  /**
   * Lets the accreditation follow: a year that begins a new period moves its last day, once something is paid or nothing
   * has to be, and the terms are agreed to where the programme asks for that.
   */
  async settle(tx: Tx, vettingCase: VettingCase, year: CaseYear): Promise<void> {
    const { renewal } = await this.programmes.version(vettingCase.programmeId);
    const beginsPeriod = ((year.year - 1) * 12) % renewal.months === 0;
    const paid = year.fee === 'none' || year.fee === 'paid' || year.fee === 'part_paid';
    const agreed = year.year === 1 || !renewal.reacceptTerms || year.termsVersion !== null;
    if (beginsPeriod && paid && agreed)
      await this.accreditations.extend(tx, vettingCase.id, lastDay(year.startsOn, renewal.months));
  }

  private async add(tx: Tx, caseId: string, number: number, startsOn: string): Promise<CaseYear> {
    const year = tx.create(CaseYear, {
      id: this.ids.next(),
      caseId,
      year: number,
      startsOn,
      endsOn: lastDay(startsOn, 12),
      fee: 'none',
      invoiceId: null,
      termsVersion: null,
      termsAcceptedAt: null,
      termsAcceptedBy: null,
      createdAt: this.clock.now(),
    });
    await tx.insert(CaseYear, year);
    return year;
  }
}
