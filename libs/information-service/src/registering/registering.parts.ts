import { BulkRegistrations } from './bulk-registrations.js';
import { ImportCheck } from './import/import-check.js';
import { ImportContext } from './import/import-context.js';
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
  entities: [RegistrationRequest, SubscriberImport, SubscriberImportRow],
  providers: [
    BulkRegistrations,
    ConfirmSignUp,
    ImportCheck,
    ImportContext,
    ImportRetention,
    ImportRun,
    Imports,
    KnownPeople,
    OnlyOnce,
    Registrations,
    SignUps,
  ],
  exports: [ImportCheck, ImportRetention, ImportRun, Imports, KnownPeople, OnlyOnce, Registrations, SignUps],
  pages: [RegisterPages, JoinServicePages],
  jobs: [CheckImport, ForgetImports, ImportsSchedule, RunImport, SignedUpWords],
};
