import { Global, Module, type OnModuleInit } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessGuard } from './access.guard.js';
import { ForgetExpiredHandler, SendSignInHandler } from './access.handlers.js';
import { InvitationLink, SignInSecrets } from './access.messages.js';
import { Account } from './account.entity.js';
import { AccountRole } from './account-role.entity.js';
import { AccountSession } from './account-session.entity.js';
import { Accounts } from './accounts.js';
import { Arrival } from './arrival.js';
import { DemoCodesPages } from './demo-codes.pages.js';
import { InvitationPages } from './invitation.pages.js';
import { Invitations } from './invitations.js';
import { Limits } from './limits.js';
import { PeoplePages } from './people.pages.js';
import { SecondFactor } from './second-factor.js';
import { SecondFactorPages } from './second-factor.pages.js';
import { SessionPages } from './session.pages.js';
import { SessionStore } from './session-store.js';
import { Sessions } from './sessions.js';
import { SignIn } from './sign-in.js';
import { SignInChallenge } from './sign-in-challenge.entity.js';
import { SignInPages } from './sign-in.pages.js';
import { StaffInvitation } from './staff-invitation.entity.js';
import { StaffPages } from './staff.pages.js';
import { StaffSections } from './staff-sections.js';

const services = [Accounts, Invitations, Limits, SecondFactor, SessionStore, Sessions, StaffSections];

/** Accounts and roles, for every lib. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Account, AccountRole, AccountSession, SignInChallenge, StaffInvitation])],
  providers: services,
  exports: services,
})
export class AccessModule {}

/** Signing in, and the guard that closes every route that is not opened. */
@Module({
  imports: [AccessModule],
  controllers: [SignInPages, SecondFactorPages, SessionPages, StaffPages, PeoplePages, InvitationPages, DemoCodesPages],
  providers: [SignIn, Arrival, { provide: APP_GUARD, useClass: AccessGuard }],
})
export class AccessWebModule implements OnModuleInit {
  constructor(private readonly sections: StaffSections) {}

  onModuleInit(): void {
    this.sections.add({ roles: ['administrator'], href: '/staff/people', titleKey: 'access:people.title' });
  }
}

/** Sending sign-in messages and invitations, and forgetting what ran out. */
@Module({
  imports: [AccessModule],
  providers: [SendSignInHandler, SignInSecrets, InvitationLink, ForgetExpiredHandler],
})
export class AccessJobsModule {}
