import { Database } from '@carers/database';
import { HandlesJob, type JobHandler, Jobs } from '@carers/jobs';
import { Clock } from '@carers/kernel';
import { Messages } from '@carers/messages';
import { Injectable } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { LessThan } from 'typeorm';
import { forgetExpired, sendSignIn } from './access.jobs.js';
import { Account } from './account.entity.js';
import { AccountSession } from './account-session.entity.js';
import { sessionLimits } from './session-store.js';
import { SignInChallenge } from './sign-in-challenge.entity.js';
import { StaffInvitation } from './staff-invitation.entity.js';

/** Finds who has the contact of a wish to sign in, and queues their message. For an unknown contact nothing happens. */
@Injectable()
@HandlesJob(sendSignIn)
export class SendSignInHandler implements JobHandler<{ challengeId: string }> {
  constructor(
    private readonly database: Database,
    private readonly messages: Messages,
    private readonly clock: Clock,
  ) {}

  async handle({ challengeId }: { challengeId: string }): Promise<void> {
    await this.database.transaction(async (tx) => {
      const challenge = await tx.findOne(SignInChallenge, {
        where: { id: challengeId },
        lock: { mode: 'pessimistic_write' },
      });
      // An account stands there once its message is queued: a second run has nothing to do.
      if (!challenge?.isOpen(this.clock.now()) || challenge.accountId) return;
      const { contactHash } = challenge;
      const account = await tx.findOne(Account, { where: [{ emailHash: contactHash }, { mobileHash: contactHash }] });
      if (!account || account.disabledAt) return;
      await tx.update(SignInChallenge, { id: challengeId }, { accountId: account.id });
      const byMail = account.emailHash === contactHash;
      await this.messages.queue(tx, {
        to: {
          channel: byMail ? 'email' : 'text',
          address: (byMail ? account.email : account.mobile)!,
          name: account.name,
          locale: account.locale,
        },
        template: 'access/sign-in',
        params: { challengeId },
        about: { kind: 'account', id: account.id },
      });
    });
  }
}

/** Once a night nothing is kept that nobody needs any more. */
@Injectable()
@HandlesJob(forgetExpired)
export class ForgetExpiredHandler implements JobHandler<Record<string, never>> {
  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  @Cron(CronExpression.EVERY_DAY_AT_3AM, { timeZone: 'Europe/London' })
  async everyNight(): Promise<void> {
    await this.jobs.enqueueAlone(forgetExpired, {}, { once: this.clock.today() });
  }

  async handle(): Promise<void> {
    const now = this.clock.now().getTime();
    const ago = (milliseconds: number) => LessThan(new Date(now - milliseconds));
    const aDay = 86_400_000;
    await this.database.transaction(async (tx) => {
      await tx.delete(SignInChallenge, { expiresAt: ago(aDay) });
      await tx.delete(AccountSession, { lastSeenAt: ago(sessionLimits.others.idle) });
      await tx.delete(AccountSession, { startedAt: ago(sessionLimits.others.absolute) });
      await tx.delete(StaffInvitation, { expiresAt: ago(90 * aDay) });
    });
  }
}
