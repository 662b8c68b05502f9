export {
  type Accessibility,
  type AccessibilityFact,
  accessibilityFacts,
  accessibilityFrom,
  factsOf,
} from './accessibility.js';
export { Branch } from './branch.entity.js';
export { type BusinessChange, type BusinessEvent, BusinessEvents } from './business-events.js';
export {
  Business,
  type BusinessKind,
  businessKinds,
  type BusinessStatus,
  businessStatuses,
} from './business.entity.js';
export { BusinessMail } from './business-mail.js';
export { BusinessPeople } from './business-people.js';
export { Branches, type BranchFacts, type PlacedBranch } from './branches.js';
export { Businesses, type BusinessFacts, type NewBusinessFacts } from './businesses.js';
export {
  businessesEntities,
  BusinessesJobsModule,
  BusinessesModule,
  BusinessesWebModule,
} from './businesses.module.js';
export {
  BranchNotFound,
  BusinessNotFound,
  BusinessNotReady,
  BusinessStatusForbids,
  JoinDraftNotFound,
  LastBranch,
  SecondOnlineBranch,
  TermsChanged,
} from './businesses.problems.js';
export {
  aboutForm,
  accessForm,
  addressLinesOf,
  baseForm,
  categoryForm,
  contactForm,
  homesForm,
  homeWorkForm,
  kindForm,
  nameForm,
  onlineForm,
  placeForm,
  termsForm,
  whereForm,
} from './businesses.forms.js';
export { Categories } from './categories.js';
export { Category } from './category.entity.js';
export { csvRecords, type CsvRecord } from './import/csv-records.js';
export { BusinessImport, type ImportOptions, type ImportReport } from './import/business-import.js';
export { type BadRow, columns as importColumns, ImportHeadingsMissing } from './import/import-rows.js';
export { FileNotReadable, textLines } from './import/text-lines.js';
export { type HomeCustomers, homeCustomers, type HomeTask, homeTasks, type HomeWork } from './home-work.js';
export { Joining } from './joining.js';
export { type JoinAnswers, answersOf, JoinDrafts } from './join-drafts.js';
export type { JoinDraft } from './join-draft.entity.js';
export { type LeadFacts, Leads } from './leads.js';
export { Lead, type LeadKind, leadKinds } from './lead.entity.js';
export { type BusinessFilter, type BusinessLine, Moderation } from './moderation.js';
export { type OwnerLink, OwnerLinks } from './owner-links.js';
export { ownedBusiness } from './owned-business.js';
export { postcodeErrors } from './postcode-errors.js';
export { slugFrom } from './slug.js';
export { BusinessTerms } from './terms.js';
export type { TermsAcceptance, TermsVersion } from './terms.entity.js';
