import type { Who } from '@carers/access';
import { type Business, Businesses, ownedBusiness } from '@carers/businesses';
import { EvidenceFiles } from '@carers/evidence';
import { Injectable } from '@nestjs/common';
import type { VettingCase } from '../cases/vetting-case.entity.js';
import { VettingCases } from '../cases/vetting-cases.js';
import { CaseChecks } from '../checks/case-checks.js';
import { CasePeople } from '../checks/case-people.js';
import { OutsideClaims } from '../checks/outside-claims.js';
import { References } from '../checks/references.js';
import type { VettingCheck } from '../checks/vetting-check.entity.js';
import { filesOfCheck } from '../evidence-owners.js';
import { checkOf, type Programme } from '../programmes/programme.js';
import { CaseNotFound, NotInThisCase } from '../vetting.problems.js';
import type { CheckFile } from './check-file.js';

/** A case of a business that somebody acts for, with the programme it is held to. */
export interface OwnedCase {
  business: Business;
  case: VettingCase;
  programme: Programme;
}

/** Cases as those see them who act for the business. Every address names business and case, and both are checked. */
@Injectable()
export class OwnerCases {
  constructor(
    private readonly businesses: Businesses,
    private readonly cases: VettingCases,
    private readonly checks: CaseChecks,
    private readonly people: CasePeople,
    private readonly references: References,
    private readonly claims: OutsideClaims,
    private readonly files: EvidenceFiles,
  ) {}

  /** The case of an address. @throws BusinessNotFound, CaseNotFound also for another business's */
  async open(who: Who, businessId: string, caseId: string): Promise<OwnedCase> {
    const id = ownedBusiness(who, businessId);
    const found = await this.cases.get(caseId);
    if (found.businessId !== id) throw new CaseNotFound();
    const [business, programme] = await Promise.all([this.businesses.get(id), this.cases.programmeOf(found)]);
    return { business, case: found, programme };
  }

  /** Every check that the case needs, with what the business has sent for it, in the order of the programme. */
  async filesOf({ case: { id }, programme }: OwnedCase): Promise<CheckFile[]> {
    const checks = (await this.checks.of(id)).filter(({ state }) => state !== 'not_needed');
    const [people, named, claims, files] = await Promise.all([
      this.people.of(id),
      this.references.namedBy(id),
      this.claims.of(id),
      this.files.of(checks.map((check) => filesOfCheck(check.id))),
    ]);
    const standing = claims.filter(({ state }) => state === 'claimed' || state === 'confirmed');
    return checks.flatMap((check) => {
      const rule = checkOf(programme, check.key);
      if (!rule) return [];
      const claim = standing.find(({ scheme }) => rule.insteadBy.includes(scheme)) ?? null;
      return {
        check,
        rule,
        claim,
        files: files.filter(({ ownerId, state }) => ownerId === check.id && state !== 'erased'),
        people: rule.people ? people.filter((person) => isAskedOf(rule, person)) : [],
        named: named.filter(({ checkId }) => checkId === check.id),
      };
    });
  }

  /** One of them, by its key. @throws NotInThisCase */
  async fileOf(owned: OwnedCase, key: string): Promise<CheckFile> {
    const found = (await this.filesOf(owned)).find(({ check }: { check: VettingCheck }) => check.key === key);
    if (!found) throw new NotInThisCase();
    return found;
  }
}

/** Background checks are for those who enter homes; who owns and runs it is told by their part in the business. */
function isAskedOf({ people }: CheckFile['rule'], person: CheckFile['people'][number]): boolean {
  return people?.disclosure ? person.entersHomes : (people?.roles.includes(person.role) ?? false);
}
