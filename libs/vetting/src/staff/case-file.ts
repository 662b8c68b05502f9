import { Accounts } from '@carers/access';
import { type AuditEvent, Audit } from '@carers/audit';
import { type Branch, Branches, type Business, Businesses } from '@carers/businesses';
import { Database } from '@carers/database';
import { type EvidenceFile, EvidenceFiles } from '@carers/evidence';
import { type Invoice, Invoices } from '@carers/payments';
import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Accreditation } from '../cases/accreditation.entity.js';
import { CaseNotes } from '../cases/case-notes.js';
import { Conflicts } from '../cases/conflicts.js';
import type { ConflictDeclaration } from '../cases/conflict-declaration.entity.js';
import { Sanction } from '../cases/sanction.entity.js';
import type { VettingCase } from '../cases/vetting-case.entity.js';
import { VettingCases } from '../cases/vetting-cases.js';
import type { VettingMove } from '../cases/vetting-move.entity.js';
import type { VettingNote } from '../cases/vetting-note.entity.js';
import { CaseActions } from '../checks/case-actions.js';
import { CaseChecks } from '../checks/case-checks.js';
import { OutsideClaim } from '../checks/outside-claim.entity.js';
import { SiteVisit } from '../checks/site-visit.entity.js';
import type { VettingAction } from '../checks/vetting-action.entity.js';
import type { VettingCheck } from '../checks/vetting-check.entity.js';
import { VettingPerson } from '../checks/vetting-person.entity.js';
import { VettingReference } from '../checks/vetting-reference.entity.js';
import { filesOfCheck, filesOfVisit } from '../evidence-owners.js';
import { CompanyFindingRow } from '../companies-house/company-finding.entity.js';
import { CaseYear } from '../fees/case-year.entity.js';
import { aboutCase } from '../fees/fee-invoices.js';
import type { Programme } from '../programmes/programme.js';
import { Replies } from '../owner/replies.js';
import type { VettingReply } from '../owner/vetting-reply.entity.js';
import type { TradeReview } from '../trade-reviews/trade-review.entity.js';
import { TradeReviews } from '../trade-reviews/trade-reviews.js';
import { RegisterLook } from './register-look.entity.js';
import { VettingLetter } from './vetting-letter.entity.js';

/** All that there is about a case, as rows. */
export interface CaseFile {
  case: VettingCase;
  programme: Programme;
  business: Business;
  branches: Branch[];
  checks: VettingCheck[];
  people: VettingPerson[];
  references: VettingReference[];
  claims: OutsideClaim[];
  actions: VettingAction[];
  visits: SiteVisit[];
  sanctions: Sanction[];
  notes: VettingNote[];
  moves: VettingMove[];
  ties: ConflictDeclaration[];
  years: CaseYear[];
  accreditation: Accreditation | null;
  letters: VettingLetter[];
  looks: RegisterLook[];
  /** What the business said to actions and sanctions. */
  replies: VettingReply[];
  reviews: TradeReview[];
  invoices: Invoice[];
  /** What the register of companies had, by check, newest first. */
  companies: CompanyFindingRow[];
  files: EvidenceFile[];
  /** What happened, newest first; looks are left out. */
  events: AuditEvent[];
  /** Names of people on the staff by account. */
  staff: ReadonlyMap<string, string>;
}

const most = 200;

/** Puts the file of a case together. */
@Injectable()
export class CaseFileReader {
  constructor(
    private readonly database: Database,
    private readonly cases: VettingCases,
    private readonly businesses: Businesses,
    private readonly branches: Branches,
    private readonly checks: CaseChecks,
    private readonly actions: CaseActions,
    private readonly notes: CaseNotes,
    private readonly conflicts: Conflicts,
    private readonly replies: Replies,
    private readonly reviews: TradeReviews,
    private readonly invoices: Invoices,
    private readonly evidence: EvidenceFiles,
    private readonly accounts: Accounts,
    private readonly audit: Audit,
  ) {}

  async read(vettingCase: VettingCase): Promise<CaseFile> {
    const { id: caseId, businessId } = vettingCase;
    const { reader } = this.database;
    const by = <Order extends object>(order: Order) => ({ where: { caseId }, order, take: most });
    const [checks, visits] = await Promise.all([
      this.checks.of(caseId),
      reader.find(SiteVisit, by({ visitedOn: 'DESC' as const, id: 'DESC' as const })),
    ]);
    const owners = [...checks.map(({ id }) => filesOfCheck(id)), ...visits.map(({ id }) => filesOfVisit(id))];
    const events = await this.audit.historyOf({ kind: 'vetting_case', id: caseId }, most);
    return {
      case: vettingCase,
      programme: await this.cases.programmeOf(vettingCase),
      business: await this.businesses.get(businessId),
      branches: await this.branches.of(businessId),
      checks,
      people: await reader.find(VettingPerson, by({ createdAt: 'ASC' as const, id: 'ASC' as const })),
      references: await reader.find(VettingReference, by({ createdAt: 'ASC' as const, id: 'ASC' as const })),
      claims: await reader.find(OutsideClaim, by({ createdAt: 'ASC' as const, id: 'ASC' as const })),
      actions: await this.actions.of(caseId),
      visits,
      sanctions: await reader.find(Sanction, by({ givenAt: 'ASC' as const, id: 'ASC' as const })),
      notes: await this.notes.of(caseId),
      moves: await this.cases.historyOf(caseId),
      ties: await this.conflicts.of(businessId),
      years: await reader.find(CaseYear, by({ year: 'ASC' as const })),
      accreditation: await reader.findOne(Accreditation, { where: { caseId }, order: { createdAt: 'DESC' } }),
      letters: await reader.find(VettingLetter, by({ sentAt: 'DESC' as const, id: 'DESC' as const })),
      looks: await reader.find(RegisterLook, by({ createdAt: 'DESC' as const, id: 'DESC' as const })),
      replies: await this.replies.of(caseId),
      reviews: await this.reviews.of(businessId),
      invoices: await this.invoices.ofAbout({ kind: aboutCase, id: caseId }),
      companies: await reader.find(CompanyFindingRow, {
        where: { checkId: In(checks.map(({ id }) => id)) },
        order: { createdAt: 'DESC', id: 'DESC' },
        take: most,
      }),
      files: await this.evidence.of(owners),
      events: events.filter(({ action }) => !action.endsWith('.viewed')),
      staff: await this.staffNames(),
    };
  }

  /** Everybody who may have a part in a case, by account. */
  async staffNames(): Promise<Map<string, string>> {
    const cards = await this.accounts.cards(['vetting_officer', 'administrator']);
    return new Map(cards.map(({ accountId, name }) => [accountId, name]));
  }
}
