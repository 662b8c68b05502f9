import { PlacesModule } from '@carers/places';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Branch } from './branch.entity.js';
import { Branches } from './branches.js';
import { BusinessEvents } from './business-events.js';
import { BusinessMail } from './business-mail.js';
import { BusinessPeople } from './business-people.js';
import { Business } from './business.entity.js';
import { Businesses } from './businesses.js';
import { Categories } from './categories.js';
import { Category } from './category.entity.js';
import { BusinessImport } from './import/business-import.js';
import { Joining } from './joining.js';
import { JoinDraft } from './join-draft.entity.js';
import { JoinDrafts } from './join-drafts.js';
import { Lead } from './lead.entity.js';
import { Leads } from './leads.js';
import { LandingPages } from './landing.pages.js';
import { Moderation } from './moderation.js';
import { OwnerBranchPages } from './owner-branch.pages.js';
import { OwnerLinks } from './owner-links.js';
import { OwnerPeoplePages } from './owner-people.pages.js';
import { OwnerPages } from './owner.pages.js';
import { PurgeJoinDrafts, PurgeJoinDraftsSchedule } from './purge-join-drafts.js';
import { StaffPages } from './staff.pages.js';
import { TermsAcceptance, TermsVersion } from './terms.entity.js';
import { BusinessTerms } from './terms.js';

export const businessesEntities = [Category, Business, Branch, TermsVersion, TermsAcceptance, Lead, JoinDraft];

const services = [
  Categories,
  Businesses,
  BusinessImport,
  Branches,
  BusinessEvents,
  BusinessMail,
  BusinessPeople,
  BusinessTerms,
  Joining,
  Moderation,
  Leads,
  JoinDrafts,
  OwnerLinks,
];

/** Businesses, branches, terms, leads and registrations on their way. */
@Module({
  imports: [PlacesModule, TypeOrmModule.forFeature(businessesEntities)],
  providers: services,
  exports: services,
})
export class BusinessesModule {}

/** The landing page for businesses, their owners' pages and the staff's. */
@Module({
  imports: [BusinessesModule],
  controllers: [LandingPages, OwnerBranchPages, OwnerPages, OwnerPeoplePages, StaffPages],
})
export class BusinessesWebModule {}

/** What is done at night, for the worker. */
@Module({ imports: [BusinessesModule], providers: [PurgeJoinDrafts, PurgeJoinDraftsSchedule] })
export class BusinessesJobsModule {}
