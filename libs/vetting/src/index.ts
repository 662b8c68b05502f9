export { Accreditation } from './cases/accreditation.entity.js';
export { Accreditations } from './cases/accreditations.js';
export { type CaseEvent, type CaseEventFacts, CaseEvents } from './cases/case-events.js';
export {
  after,
  type CaseMove,
  caseMoves,
  type CaseState,
  caseStates,
  endedStates,
  type MoveBy,
  type MoveRule,
  moves,
  movesFrom,
} from './cases/case-moves.js';
export { CaseNotes } from './cases/case-notes.js';
export { CaseParts, type Part } from './cases/case-parts.js';
export { type CaseLine, CaseQueue, type QueueFilter } from './cases/case-queue.js';
export { CaseReadiness } from './cases/case-readiness.js';
export { shownCaseReference } from './cases/case-reference.js';
export { ConflictDeclaration, type TieKind, tieKinds } from './cases/conflict-declaration.entity.js';
export { Conflicts } from './cases/conflicts.js';
export { Sanction, type SanctionKind, sanctionKinds } from './cases/sanction.entity.js';
export { Sanctions } from './cases/sanctions.js';
export { recommendations, VettingCase, waitingFor, type WaitingFor } from './cases/vetting-case.entity.js';
export { hasEnded, type MoveOptions, VettingCases } from './cases/vetting-cases.js';
export { VettingMove } from './cases/vetting-move.entity.js';
export { VettingNote } from './cases/vetting-note.entity.js';
export { CaseActions } from './checks/case-actions.js';
export { CaseChecks } from './checks/case-checks.js';
export { CasePeople } from './checks/case-people.js';
export { type ClaimState, OutsideClaim } from './checks/outside-claim.entity.js';
export { OutsideClaims } from './checks/outside-claims.js';
export type { ReferenceScore } from './checks/reference-score.js';
export { type OpenReference, type ReferenceRule, References } from './checks/references.js';
export { SiteVisit, type VisitAnswer, type VisitFindings } from './checks/site-visit.entity.js';
export { SiteVisits } from './checks/site-visits.js';
export { VettingAction } from './checks/vetting-action.entity.js';
export {
  type DisclosureResult,
  disclosureResults,
  type PersonRole,
  personRoles,
  VettingPerson,
} from './checks/vetting-person.entity.js';
export { type ReferenceAnswer, VettingReference } from './checks/vetting-reference.entity.js';
export { type CheckAnswer, type CheckState, checkStates, VettingCheck } from './checks/vetting-check.entity.js';
export { CaseFees } from './fees/case-fees.js';
export { CaseYear, type YearFee } from './fees/case-year.entity.js';
export { aboutCase, purposeOf } from './fees/fee-invoices.js';
export { beginYears, BeginYearsSchedule } from './fees/begin-years.js';
export { Quotation } from './fees/quotation.service.js';
export { type FeeFacts, feeFactsOf, type FeeLine, type FeeSum, quote, type Quote } from './fees/quotation.js';
export { Listing } from './listing/listing.js';
export {
  type Facts,
  type FactValue,
  type Programme,
  type ProgrammeCheck,
  type ProgrammeQuestion,
} from './programmes/programme.js';
export { CompaniesHouse } from './companies-house/companies-house.js';
export { CompanyFindings } from './companies-house/company-look-up.js';
export { Replies } from './owner/replies.js';
export { ProgrammeFileFaulty } from './programmes/read-programme.js';
export { type ImportedProgramme, Programmes } from './programmes/programmes.js';
export { checksFor, type TierFinding, tierOf } from './programmes/tiers.js';
export { type PublishedReview, TradeReviews } from './trade-reviews/trade-reviews.js';
export { vettingEntities, VettingJobsModule, VettingModule, VettingWebModule } from './vetting.module.js';
export * from './vetting.problems.js';
