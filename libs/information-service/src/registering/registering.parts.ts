import { ServiceKey, ServiceSecret } from './api/service-key.entity.js';
import { ServiceKeys } from './api/service-keys.js';
import { ServiceKeysPages } from './api/service-keys.pages.js';
import { SubscriberAnswers } from './api/subscriber-answers.js';
import { SubscriberWork } from './api/subscriber-work.js';
import { SubscribersApi } from './api/subscribers.api.js';
import { BulkRegistrations } from './bulk-registrations.js';
import { ImportCheck } from './import/import-check.js';
import { ImportContext } from './import/import-context.js';
import { ImportErrors } from './import/import-errors.js';
import { ImportPages } from './import/imports.pages.js';
import { ImportRetention } from './import/import-retention.js';
import { ImportRun } from './import/import-run.js';
import { CheckImport, ForgetImports, ImportsSchedule, RunImport } from './import/imports.jobs.js';
import { Imports } from './import/imports.js';
import { SubscriberImport, SubscriberImportRow } from './import/subscriber-import.entity.js';
import { JoinServicePages } from './join.pages.js';
import { KnownPeople } from './known-people.js';
import { OnlyOnce } from './only-once.js';
import { RegisterPages } from './register.pages.js';
import { RegistrationRequest } from './registration-request.entity.js';
import { Registrations } from './registrations.js';
import { ConfirmSignUp, SignedUpWords } from './sign-up.message.js';
import { SignUps } from './sign-ups.js';

/** What signing up without a card adds to the modules of this lib. */
export const registeringParts = {
  entities: [RegistrationRequest, SubscriberImport, SubscriberImportRow, ServiceKey, ServiceSecret],
  providers: [
    BulkRegistrations,
    ConfirmSignUp,
    ImportCheck,
    ImportContext,
    ImportErrors,
    ImportRetention,
    ImportRun,
    Imports,
    KnownPeople,
    OnlyOnce,
    Registrations,
    ServiceKeys,
    SignUps,
    SubscriberAnswers,
    SubscriberWork,
  ],
  exports: [
    ImportCheck,
    ImportErrors,
    ImportRetention,
    ImportRun,
    Imports,
    KnownPeople,
    OnlyOnce,
    Registrations,
    ServiceKeys,
    SignUps,
    SubscriberAnswers,
    SubscriberWork,
  ],
  pages: [RegisterPages, JoinServicePages, ImportPages, ServiceKeysPages, SubscribersApi],
  jobs: [CheckImport, ForgetImports, ImportsSchedule, RunImport, SignedUpWords],
};
