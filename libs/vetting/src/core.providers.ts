import { CaseQueue } from './cases/case-queue.js';
import { Leaving } from './cases/leaving.js';
import { Sanctions } from './cases/sanctions.js';
import { CasePeople } from './checks/case-people.js';
import { OutsideClaims } from './checks/outside-claims.js';
import { ReferenceLinks } from './checks/reference-links.js';
import { ReferenceRequest } from './checks/reference-request.message.js';
import { References } from './checks/references.js';
import { SiteVisits } from './checks/site-visits.js';
import { BeginYears, BeginYearsSchedule } from './fees/begin-years.js';
import { CaseFees } from './fees/case-fees.js';
import { CaseYears } from './fees/case-years.js';
import { FeeInvoices } from './fees/fee-invoices.js';
import { FeeListener } from './fees/fee-listener.js';
import { Quotation } from './fees/quotation.service.js';

/** What is in the files of cases, and the queue of them. */
export const fileServices = [
  CasePeople,
  CaseQueue,
  Leaving,
  OutsideClaims,
  ReferenceLinks,
  References,
  Sanctions,
  SiteVisits,
];

/** What cases cost. */
export const feeServices = [CaseFees, CaseYears, FeeInvoices, FeeListener, Quotation];

/** Links in messages, and new years, for the worker. */
export const fileJobs = [ReferenceRequest, BeginYears, BeginYearsSchedule];
