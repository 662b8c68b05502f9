import { Database } from '@carers/database';
import { Chance, Clock } from '@carers/kernel';
import { type OutgoingMessage, type ParamsSupplier, type SuppliedParams, SuppliesParams } from '@carers/messages';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import { SignInChallenge, tokenHash } from './sign-in-challenge.entity.js';
import { StaffInvitation } from './staff-invitation.entity.js';

/** Makes link and code of a sign-in message when it is sent, so that no live secret lies in the queue. */
@Injectable()
@SuppliesParams('access/sign-in')
export class SignInSecrets implements ParamsSupplier {
  constructor(
    private readonly database: Database,
    private readonly chance: Chance,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  async supply(message: OutgoingMessage): Promise<SuppliedParams> {
    const { challengeId } = message.params as { challengeId: string };
    const [token, code] = [this.chance.token(), this.chance.digits(6)];
    const armed = await this.database.transaction(async (tx) => {
      const challenge = await tx.findOne(SignInChallenge, {
        where: { id: challengeId },
        lock: { mode: 'pessimistic_write' },
      });
      if (!challenge?.accountId || !challenge.isOpen(this.clock.now())) return false;
      challenge.arm(challenge.accountId, token, code);
      await tx.save(challenge);
      return true;
    });
    if (!armed) return { params: {}, drop: true };
    return {
      params: { code, link: `${this.settings.publicUrl}/sign-in/link/${token}`, minutes: SignInChallenge.minutes },
      secret: true,
      askedFor: true,
    };
  }
}

/** Makes the link of an invitation when it is sent. */
@Injectable()
@SuppliesParams('access/invitation')
export class InvitationLink implements ParamsSupplier {
  constructor(
    private readonly database: Database,
    private readonly chance: Chance,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  async supply(message: OutgoingMessage): Promise<SuppliedParams> {
    const { invitationId } = message.params as { invitationId: string };
    const token = this.chance.token();
    const armed = await this.database.transaction(async (tx) => {
      const invitation = await tx.findOne(StaffInvitation, {
        where: { id: invitationId },
        lock: { mode: 'pessimistic_write' },
      });
      if (!invitation?.isOpen(this.clock.now())) return false;
      await tx.update(StaffInvitation, { id: invitationId }, { tokenHash: tokenHash(token) });
      return true;
    });
    if (!armed) return { params: {}, drop: true };
    const link = `${this.settings.publicUrl}/invitation/${token}`;
    return { params: { link, days: StaffInvitation.days }, secret: true };
  }
}
