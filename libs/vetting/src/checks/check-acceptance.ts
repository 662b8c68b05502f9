import type { Tx } from '@carers/database';
import { addMonths, Clock, isLocalDate, type LocalDate } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import type { ProgrammeCheck } from '../programmes/programme.js';
import { CaseNotReady, ValidityNotPossible } from '../vetting.problems.js';
import { scoreOf } from './reference-score.js';
import type { VettingCheck } from './vetting-check.entity.js';
import { VettingPerson } from './vetting-person.entity.js';
import { VettingReference } from './vetting-reference.entity.js';

/** Whether a check may be accepted now, and until when. */
@Injectable()
export class CheckAcceptance {
  constructor(private readonly clock: Clock) {}

  /**
   * The last day of an acceptance; null for ever.
   * @param given.claimId an outside scheme's membership stands in for all that is asked
   * @throws ValidityNotPossible, CaseNotReady
   */
  async validityOf(
    tx: Tx,
    check: VettingCheck,
    rule: ProgrammeCheck,
    given: { validUntil?: LocalDate | null; claimId?: string | null },
  ): Promise<LocalDate | null> {
    const latest = given.claimId ? null : await this.latest(tx, check, rule);
    const wanted = given.validUntil === undefined ? latest : given.validUntil;
    if (wanted === null) {
      if (rule.lasts !== 'always') throw new ValidityNotPossible();
      return null;
    }
    if (wanted < this.clock.today() || (latest !== null && wanted > latest)) throw new ValidityNotPossible();
    return wanted;
  }

  /** The latest day that the programme, the answer and the disclosures allow; null where nothing bounds it. */
  private async latest(tx: Tx, check: VettingCheck, rule: ProgrammeCheck): Promise<LocalDate | null> {
    if (rule.references) await this.mustHaveReferences(tx, check, rule.references);
    const disclosed = rule.people?.disclosure ? await this.oldestDisclosure(tx, check.caseId) : null;
    if (rule.lasts === 'always') return null;
    if ('months' in rule.lasts) return addMonths(disclosed ?? this.clock.today(), rule.lasts.months);
    const until = check.answer?.[rule.lasts.until];
    return typeof until === 'string' && isLocalDate(until) ? until : null;
  }

  private async mustHaveReferences(tx: Tx, check: VettingCheck, rule: NonNullable<ProgrammeCheck['references']>) {
    const score = scoreOf(await tx.findBy(VettingReference, { checkId: check.id }));
    if (score.answered < rule.need) throw new CaseNotReady(['vetting:missing.references']);
    if (score.mean! < rule.meanAtLeast) throw new CaseNotReady(['vetting:missing.reference-score']);
  }

  /** @throws CaseNotReady while somebody who enters homes has no disclosure that lets them */
  private async oldestDisclosure(tx: Tx, caseId: string): Promise<LocalDate | null> {
    const people = await tx.findBy(VettingPerson, { caseId, entersHomes: true, endedAt: IsNull() });
    const may = people.filter(
      ({ disclosureResult }) => disclosureResult === 'clear' || disclosureResult === 'content_weighed',
    );
    if (people.length === 0 || may.length < people.length) throw new CaseNotReady(['vetting:missing.disclosures']);
    return may.map(({ disclosureOn }) => disclosureOn!).sort()[0]!;
  }
}
