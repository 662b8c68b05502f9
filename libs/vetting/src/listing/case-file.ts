import type { Tx } from '@carers/database';
import { Injectable } from '@nestjs/common';
import type { Accreditation } from '../cases/accreditation.entity.js';
import { Accreditations } from '../cases/accreditations.js';
import type { VettingCase } from '../cases/vetting-case.entity.js';
import { CheckList } from '../checks/check-list.js';
import type { VettingCheck } from '../checks/vetting-check.entity.js';
import { CaseYear, type YearFee } from '../fees/case-year.entity.js';
import { checkOf, type Programme } from '../programmes/programme.js';
import { Programmes } from '../programmes/programmes.js';
import type { RuledCase, RuledCheck } from './listing-rule.js';

/** A case with what the listing goes by. */
export interface CaseFile {
  case: VettingCase;
  programme: Programme;
  checks: VettingCheck[];
  ruled: RuledCase;
}

/** Puts together what the listing of a case follows from. */
@Injectable()
export class CaseFiles {
  constructor(
    private readonly programmes: Programmes,
    private readonly list: CheckList,
    private readonly accreditations: Accreditations,
  ) {}

  /** @param found as it is now, its row locked */
  async of(tx: Tx, found: VettingCase): Promise<CaseFile> {
    const programme = await this.programmes.version(found.programmeId);
    const checks = await this.list.of(tx, found.id);
    const accreditation = await this.accreditations.standing(tx, found.id);
    const years = await tx.find(CaseYear, { where: { caseId: found.id }, order: { year: 'DESC' } });
    const ruled: RuledCase = {
      state: found.state,
      suspendedBySystem: found.suspendedBy === 'system',
      forListing: isForListing(programme),
      accreditation: accreditation && { validFrom: accreditation.validFrom, validUntil: accreditation.validUntil },
      checks: checks.flatMap((check) => ruledCheck(programme, check, accreditation)),
      fee: worstFee(years.map(({ fee }) => fee)),
    };
    return { case: found, programme, checks, ruled };
  }
}

/** Whether a business that works in homes must have this programme to be listed. */
export function isForListing(programme: Pick<Programme, 'mustHave'>): boolean {
  return programme.mustHave?.worksInHomes === true;
}

function ruledCheck(programme: Programme, check: VettingCheck, accreditation: Accreditation | null): RuledCheck[] {
  const rules = checkOf(programme, check.key);
  if (!rules) return [];
  const { key, state, validUntil, decidedAt } = check;
  const untouched = validUntil === null && (!decidedAt || (accreditation && decidedAt <= accreditation.createdAt));
  const waits = programme.decision.mayWait.includes(key) && Boolean(untouched);
  return [{ key, state, validUntil, onLapse: rules.onLapse, waits }];
}

/** An old debt counts like a new one. @param fees of the years, the newest first */
function worstFee(fees: readonly YearFee[]): YearFee | null {
  return (['disputed', 'overdue'] as const).find((fee) => fees.includes(fee)) ?? fees[0] ?? null;
}
