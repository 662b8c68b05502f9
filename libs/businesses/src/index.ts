export {
  type Accessibility,
  type AccessibilityFact,
  accessibilityFacts,
  accessibilityFrom,
  factsOf,
} from './accessibility.js';
export { Branch } from './branch.entity.js';
export { type BusinessChange, type BusinessEvent, BusinessEvents } from './business-events.js';
export { Business, type BusinessKind, businessKinds, type BusinessStatus, businessStatuses } from './business.entity.js';
export { BusinessMail } from './business-mail.js';
export { type BranchFacts, Businesses, type BusinessFacts } from './businesses.js';
export { businessesEntities, BusinessesModule } from './businesses.module.js';
export {
  BranchNotFound,
  BusinessNotFound,
  BusinessNotReady,
  BusinessStatusForbids,
  JoinDraftNotFound,
  LastBranch,
  TermsChanged,
} from './businesses.problems.js';
export { Categories } from './categories.js';
export { Category } from './category.entity.js';
export { type JoinAnswers, answersOf, JoinDrafts } from './join-drafts.js';
export type { JoinDraft } from './join-draft.entity.js';
export { type LeadFacts, Leads } from './leads.js';
export { type Lead, type LeadKind, leadKinds } from './lead.entity.js';
export { type BusinessFilter, type BusinessLine, Moderation } from './moderation.js';
export { slugFrom } from './slug.js';
export { BusinessTerms } from './terms.js';
export type { TermsAcceptance, TermsVersion } from './terms.entity.js';
