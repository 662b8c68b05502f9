export { For, MaybeWho, Public, SignedIn, Who, WithSecondFactor } from './access.decorators.js';
export { AccessJobsModule, AccessModule, AccessWebModule } from './access.module.js';
export {
  AccountNotFound,
  AskedTooOften,
  LinkNotUsable,
  NotAllowed,
  NotSignedIn,
  SecondFactorNeeded,
} from './access.problems.js';
export { Accounts, type AccountCard, type AccountContact, type NewAccount, type RoleHolder } from './accounts.js';
export { configureAccess, sessionCookieName } from './configure-access.js';
export { type Contact, readContact, readEmail, readMobile } from './contact.js';
export { Invitations, type OpenInvitation } from './invitations.js';
export { Limits } from './limits.js';
export {
  isRole,
  isStaffRole,
  roles,
  staffRoles,
  type HeldRole,
  type Role,
  type Scope,
  type StaffRole,
} from './roles.js';
export { SecondFactor } from './second-factor.js';
export { Sessions, type SessionLine } from './sessions.js';
export { StaffSections, type StaffSection } from './staff-sections.js';
