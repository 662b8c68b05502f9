import { AccessModule } from '@carers/access';
import { BusinessesModule } from '@carers/businesses';
import { EvidenceModule } from '@carers/evidence';
import { InformationServiceModule } from '@carers/information-service';
import { OffersModule } from '@carers/offers';
import { PaymentsModule } from '@carers/payments';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Accreditation } from './cases/accreditation.entity.js';
import { Accreditations } from './cases/accreditations.js';
import { CaseEvents } from './cases/case-events.js';
import { CaseLedger } from './cases/case-ledger.js';
import { CaseNotes } from './cases/case-notes.js';
import { CaseParts } from './cases/case-parts.js';
import { CaseReadiness } from './cases/case-readiness.js';
import { ConflictDeclaration } from './cases/conflict-declaration.entity.js';
import { Conflicts } from './cases/conflicts.js';
import { MoveEffects } from './cases/move-effects.js';
import { Sanction } from './cases/sanction.entity.js';
import { VettingCase } from './cases/vetting-case.entity.js';
import { VettingCases } from './cases/vetting-cases.js';
import { VettingMove } from './cases/vetting-move.entity.js';
import { VettingNote } from './cases/vetting-note.entity.js';
import { CaseActions } from './checks/case-actions.js';
import { CaseChecks } from './checks/case-checks.js';
import { CheckAcceptance } from './checks/check-acceptance.js';
import { CheckList } from './checks/check-list.js';
import { OutsideClaim } from './checks/outside-claim.entity.js';
import { SiteVisit } from './checks/site-visit.entity.js';
import { VettingAction } from './checks/vetting-action.entity.js';
import { VettingCheck } from './checks/vetting-check.entity.js';
import { VettingPerson } from './checks/vetting-person.entity.js';
import { VettingReference } from './checks/vetting-reference.entity.js';
import { feeServices, fileJobs, fileServices } from './core.providers.js';
import { CaseYear } from './fees/case-year.entity.js';
import { listingJobs, listingServices } from './listing/listing.providers.js';
import { registerControllers, registerServices, registerWebServices } from './register/register.providers.js';
import { ownerEntities, ownerJobs, ownerPages, ownerPageServices, ownerServices } from './owner/owner.providers.js';
import { officersEntities, officersPages, officersServices } from './staff/staff.providers.js';
import { reviewEntities, reviewJobs, reviewPages, reviewServices } from './trade-reviews/review.providers.js';
import { VettingSection } from './staff/staff-section.js';
import { ProgrammeVersion } from './programmes/programme-version.entity.js';
import { Programmes } from './programmes/programmes.js';

export const vettingEntities = [
  ProgrammeVersion,
  VettingCase,
  VettingMove,
  VettingNote,
  ConflictDeclaration,
  Accreditation,
  Sanction,
  OutsideClaim,
  VettingCheck,
  VettingPerson,
  VettingReference,
  VettingAction,
  SiteVisit,
  CaseYear,
  ...officersEntities,
  ...reviewEntities,
  ...ownerEntities,
];

const services = [
  Programmes,
  Accreditations,
  CaseActions,
  CaseChecks,
  CaseEvents,
  CaseLedger,
  CaseNotes,
  CaseParts,
  CaseReadiness,
  CheckAcceptance,
  CheckList,
  Conflicts,
  MoveEffects,
  VettingCases,
  ...fileServices,
  ...feeServices,
  ...listingServices,
  ...registerServices,
  ...officersServices,
  ...reviewServices,
  ...ownerServices,
];

/** Programmes and cases, for other libs. */
@Module({
  imports: [
    AccessModule,
    BusinessesModule,
    EvidenceModule,
    InformationServiceModule,
    OffersModule,
    PaymentsModule,
    TypeOrmModule.forFeature(vettingEntities),
  ],
  providers: services,
  exports: services,
})
export class VettingModule {}

/** The pages of businesses, officers and the public. */
@Module({
  imports: [
    VettingModule,
    AccessModule,
    BusinessesModule,
    EvidenceModule,
    InformationServiceModule,
    OffersModule,
    PaymentsModule,
  ],
  controllers: [...officersPages, ...reviewPages, ...ownerPages, ...registerControllers],
  providers: [VettingSection, ...ownerPageServices, ...registerWebServices],
})
export class VettingWebModule {}

/** What is done in the background, for the worker. */
@Module({
  imports: [VettingModule, BusinessesModule, InformationServiceModule],
  providers: [...listingJobs, ...fileJobs, ...reviewJobs, ...ownerJobs],
})
export class VettingJobsModule {}
