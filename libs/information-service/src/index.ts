export type { WordingToAsk } from './wordings.js';
export { InformationService, type NewRegistration, type Preferences } from './information-service.js';
export {
  informationServiceEntities,
  InformationServiceJobsModule,
  InformationServiceModule,
  InformationServiceWebModule,
} from './information-service.module.js';
export { CaringEnd } from './holds/caring-end.entity.js';
export { CaringEnds } from './holds/caring-ends.js';
export { type HoldReason, holdReasons } from './holds/hold-reasons.js';
export { type ClosedDoor, type HeldReason, type Knock, LastDoor, type OpenDoor } from './holds/last-door.js';
export { PostKeys } from './holds/post-keys.js';
export { SubscriberHolds } from './holds/subscriber-holds.js';
export { ListHeaders } from './list-headers.js';
export { PreferenceLinkNotUsable, SubscriberNotFound, WordingUnknown } from './information-service.problems.js';
export { type IssuedLetterCode, LetterCodes, type LetterToCode } from './preferences/letter-codes.js';
export { letterCodeOf, shownLetterCode } from './preferences/letter-code.js';
export { type OfficerScope, scopeOf } from './officer-scope.js';
export { PreferenceLinks } from './preferences/preference-links.js';
export {
  type Channel,
  type ConsentAnswer,
  channels,
  type Format,
  formats,
  type Purpose,
  purposes,
  type SourceKind,
  type Topic,
  topics,
  type Way,
} from './purposes.js';
export { KnownPeople, surelySame } from './registering/known-people.js';
export { ImportCheck } from './registering/import/import-check.js';
export { importColumnOf, type Mapping, missingOf } from './registering/import/import-columns.js';
export { ImportErrors } from './registering/import/import-errors.js';
export { ImportRun } from './registering/import/import-run.js';
export { Imports } from './registering/import/imports.js';
export { ServiceKeys } from './registering/api/service-keys.js';
export { Registrations, type RegistrationWithoutCard } from './registering/registrations.js';
export { Subscriber } from './subscriber.entity.js';
export { type SubscriberChange, type SubscriberEvent, SubscriberEvents } from './subscriber-events.js';
export { everybody, filterFromQuery, queryOf, subscriberFilter, type SubscriberFilter } from './list/filter-fields.js';
export type { Where } from './list/filter-sql.js';
export { Segment } from './list/segment.entity.js';
export { type Found, type Reach, Segments } from './list/segments.js';
export { SegmentNotFound } from './information-service.problems.js';
export { SubscriberFacets } from './list/subscriber-facets.js';
export { AskGrown } from './children/ask-grown.js';
export { type Difference, Rederiving } from './rederiving.js';
export { SubscriberFiles } from './list/subscriber-files.js';
export { type SubscriberLine, Subscribers } from './list/subscribers.js';
export { GivenUpSchedule } from './webhooks/given-up.jobs.js';
export { addressOf } from './welcome.js';
