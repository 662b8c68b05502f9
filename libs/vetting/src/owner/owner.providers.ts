import { CompaniesHouse } from '../companies-house/companies-house.js';
import { CompanyFindingRow } from '../companies-house/company-finding.entity.js';
import { CompanyFindings, CompanyNumberListener, LookUpCompany } from '../companies-house/company-look-up.js';
import { OwnerCasePages } from './owner-case.pages.js';
import { OwnerCases } from './owner-cases.js';
import { OwnerCheckPages } from './owner-check.pages.js';
import { OwnerEvidencePages } from './owner-evidence.pages.js';
import { OwnerMorePages } from './owner-more.pages.js';
import { OwnerOverviewPages } from './owner-overview.pages.js';
import { OwnerPersonPages } from './owner-person.pages.js';
import { OwnerReferencePages } from './owner-reference.pages.js';
import { OwnerStepsPages } from './owner-steps.pages.js';
import { ReferenceReminder } from './reference-reminder.entity.js';
import { RefereePages } from './referee.pages.js';
import { RegisteredListener } from './registered.js';
import { ReferenceReminderMessage, RemindReferees, RemindRefereesSchedule } from './remind-referees.js';
import { Replies } from './replies.js';
import { VettingReply } from './vetting-reply.entity.js';

export const ownerEntities = [VettingReply, CompanyFindingRow, ReferenceReminder];

/** What the business says, and what the register says of it. In every program that changes a case. */
export const ownerServices = [CompaniesHouse, CompanyFindings, CompanyNumberListener, RegisteredListener, Replies];

/** What only pages need. */
export const ownerPageServices = [OwnerCases];

/** The pages of a business, and the one of a referee. */
export const ownerPages = [
  OwnerOverviewPages,
  OwnerCasePages,
  OwnerCheckPages,
  OwnerEvidencePages,
  OwnerPersonPages,
  OwnerReferencePages,
  OwnerMorePages,
  OwnerStepsPages,
  RefereePages,
];

/** Looks at the register and reminders, for the worker. */
export const ownerJobs = [LookUpCompany, ReferenceReminderMessage, RemindReferees, RemindRefereesSchedule];
