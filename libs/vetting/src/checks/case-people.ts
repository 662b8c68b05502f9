import { type Actor, Audit } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { Clock, Ids, isUuid, type LocalDate } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { CaseLedger } from '../cases/case-ledger.js';
import { CaseParts } from '../cases/case-parts.js';
import type { VettingCase } from '../cases/vetting-case.entity.js';
import { checkOf } from '../programmes/programme.js';
import { Programmes } from '../programmes/programmes.js';
import { DisclosureDateNotPossible, NotInThisCase, TooManyEntries } from '../vetting.problems.js';
import { answerableStates, mustBeIn, reviewableStates } from './case-states.js';
import { CheckList } from './check-list.js';
import { type DisclosureResult, type PersonRole, VettingPerson } from './vetting-person.entity.js';

const most = 300;

/** The people of a business: who owns and runs it, and who goes into homes for it. */
@Injectable()
export class CasePeople {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly audit: Audit,
    private readonly ledger: CaseLedger,
    private readonly parts: CaseParts,
    private readonly programmes: Programmes,
    private readonly list: CheckList,
  ) {}

  /** Those who are there now, oldest entry first. */
  async of(caseId: string, from: Pick<Tx, 'find'> = this.database.reader): Promise<VettingPerson[]> {
    return from.find(VettingPerson, {
      where: { caseId, endedAt: IsNull() },
      order: { createdAt: 'ASC', id: 'ASC' },
      take: most,
    });
  }

  /**
   * Enters somebody. Where background checks were accepted before, an officer has to look at them again.
   * @throws CaseNotFound, CaseHasMovedOn, NotTheirMove, TiedToBusiness, TooManyEntries
   */
  async add(
    tx: Tx,
    caseId: string,
    person: { name: string; role: PersonRole; entersHomes: boolean },
    actor: Actor,
  ): Promise<VettingPerson> {
    const vettingCase = await this.mine(tx, caseId, actor);
    if ((await tx.countBy(VettingPerson, { caseId, endedAt: IsNull() })) >= most) throw new TooManyEntries(most);
    const added = tx.create(VettingPerson, {
      id: this.ids.next(),
      caseId,
      ...person,
      disclosureResult: null,
      disclosureOn: null,
      disclosureBy: null,
      createdAt: this.clock.now(),
      endedAt: null,
    });
    await tx.insert(VettingPerson, added);
    if (person.entersHomes) await this.lookAgain(tx, vettingCase);
    await this.note(tx, 'vetting-person.added', caseId, actor, { person: added.id, role: person.role });
    return added;
  }

  /**
   * Changes name, role or whether they enter homes. A disclosure is one person's: under another name an officer has to
   * see it again, or it would do for somebody else.
   * @throws as `add`, NotInThisCase
   */
  async change(
    tx: Tx,
    personId: string,
    facts: { name: string; role: PersonRole; entersHomes: boolean },
    actor: Actor,
  ): Promise<void> {
    const { vettingCase, person } = await this.one(tx, personId, actor);
    const startsVisiting = facts.entersHomes && !person.entersHomes;
    const renamed = plainName(facts.name) !== plainName(person.name) && person.disclosureResult !== null;
    Object.assign(person, facts, renamed && { disclosureResult: null, disclosureOn: null, disclosureBy: null });
    await tx.save(person);
    if (startsVisiting || (renamed && person.entersHomes)) await this.lookAgain(tx, vettingCase);
    await this.note(tx, 'vetting-person.changed', person.caseId, actor, { person: personId, role: facts.role });
  }

  /** They left the business. @throws NotInThisCase, CaseHasMovedOn, NotTheirMove, TiedToBusiness */
  async leave(tx: Tx, personId: string, actor: Actor): Promise<void> {
    const { person } = await this.one(tx, personId, actor);
    person.endedAt = this.clock.now();
    await tx.save(person);
    await this.note(tx, 'vetting-person.left', person.caseId, actor, { person: personId });
  }

  /**
   * What came of a disclosure that an officer has seen: the result and the day of the certificate, nothing else of it.
   * @throws NotInThisCase, NotTheirMove, TiedToBusiness, CaseHasMovedOn, DisclosureDateNotPossible for a day to come
   */
  async disclose(
    tx: Tx,
    personId: string,
    disclosure: { result: DisclosureResult; on: LocalDate },
    actor: Actor,
  ): Promise<void> {
    const { vettingCase, person } = await this.one(tx, personId, actor);
    await this.parts.officer(tx, actor, vettingCase.businessId);
    mustBeIn(vettingCase, reviewableStates);
    if (disclosure.on > this.clock.today()) throw new DisclosureDateNotPossible();
    Object.assign(person, {
      disclosureResult: disclosure.result,
      disclosureOn: disclosure.on,
      disclosureBy: actor.id,
    });
    await tx.save(person);
    await this.note(tx, 'vetting-person.disclosure-seen', person.caseId, actor, { person: personId });
  }

  private async one(tx: Tx, personId: string, actor: Actor) {
    const found = isUuid(personId) ? await tx.findOneBy(VettingPerson, { id: personId, endedAt: IsNull() }) : null;
    if (!found) throw new NotInThisCase();
    const vettingCase = await this.mine(tx, found.caseId, actor);
    return { vettingCase, person: await tx.findOneByOrFail(VettingPerson, { id: personId }) };
  }

  private async mine(tx: Tx, caseId: string, actor: Actor): Promise<VettingCase> {
    const vettingCase = await this.ledger.locked(tx, caseId);
    await this.parts.of(tx, actor, vettingCase.businessId);
    mustBeIn(vettingCase, answerableStates);
    return vettingCase;
  }

  private async lookAgain(tx: Tx, vettingCase: VettingCase): Promise<void> {
    const programme = await this.programmes.version(vettingCase.programmeId);
    for (const check of await this.list.of(tx, vettingCase.id)) {
      if (check.state !== 'accepted' || !checkOf(programme, check.key)?.people?.disclosure) continue;
      check.renewing = true;
      await tx.save(check);
    }
    await this.list.refreshWaiting(tx, vettingCase);
    await tx.save(vettingCase);
  }

  private async note(
    tx: Tx,
    action: string,
    id: string,
    actor: Actor,
    details: Record<string, unknown>,
  ): Promise<void> {
    await this.audit.record(tx, { action, subject: { kind: 'vetting_case', id }, actor, details });
  }
}

/** Spaces and capitals make nobody another person. */
function plainName(name: string): string {
  return name.replace(/\s+/g, ' ').trim().toLowerCase();
}
