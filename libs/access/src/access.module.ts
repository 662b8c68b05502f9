import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessGuard } from './access.guard.js';
import { Account } from './account.entity.js';
import { AccountRole } from './account-role.entity.js';
import { AccountSession } from './account-session.entity.js';
import { Accounts } from './accounts.js';
import { Limits } from './limits.js';
import { SessionStore } from './session-store.js';
import { Sessions } from './sessions.js';
import { SignInChallenge } from './sign-in-challenge.entity.js';
import { StaffInvitation } from './staff-invitation.entity.js';
import { StaffSections } from './staff-sections.js';

const services = [Accounts, Limits, SessionStore, Sessions, StaffSections];

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
  providers: [{ provide: APP_GUARD, useClass: AccessGuard }],
})
export class AccessWebModule {}
