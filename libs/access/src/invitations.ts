import { type Actor, Audit } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { Clock, Ids } from '@carers/kernel';
import { Messages } from '@carers/messages';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import { IsNull, MoreThan } from 'typeorm';
import { LinkNotUsable } from './access.problems.js';
import { Accounts } from './accounts.js';
import { hashOfContact, readEmail } from './contact.js';
import type { Role, Scope } from './roles.js';
import { tokenHash } from './sign-in-challenge.entity.js';
import { StaffInvitation } from './staff-invitation.entity.js';

/** An invitation that nobody has accepted yet. */
export interface OpenInvitation {
  id: string;
  email: string;
  role: Role;
  invitedAt: Date;
  expiresAt: Date;
}

/** Inviting people to take on a role. */
@Injectable()
export class Invitations {
  constructor(
    private readonly database: Database,
    private readonly accounts: Accounts,
    private readonly messages: Messages,
    private readonly audit: Audit,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /**
   * Invites somebody by e-mail; an open invitation of the same address to the same role is replaced.
   * @throws RangeError for an address that is none
   */
  async invite(tx: Tx, typed: string, role: Role, scope: Scope | null, actor: Actor): Promise<string> {
    const email = readEmail(typed);
    if (!email) throw new RangeError('Not an e-mail address.');
    const now = this.clock.now();
    const emailHash = hashOfContact(email);
    await tx.update(
      StaffInvitation,
      { emailHash, role, scopeId: scope?.id ?? IsNull(), acceptedAt: IsNull(), withdrawnAt: IsNull() },
      { withdrawnAt: now },
    );
    const id = this.ids.next();
    await tx.insert(StaffInvitation, {
      id,
      email: email.address,
      emailHash,
      role,
      scopeKind: scope?.kind ?? null,
      scopeId: scope?.id ?? null,
      tokenHash: null,
      invitedAt: now,
      expiresAt: new Date(now.getTime() + StaffInvitation.days * 86_400_000),
      acceptedAt: null,
      withdrawnAt: null,
    });
    await this.messages.queue(tx, {
      to: { channel: 'email', address: email.address, locale: this.settings.defaultLocale },
      template: 'access/invitation',
      params: { invitationId: id, role },
      about: { kind: 'staff-invitation', id },
    });
    await this.audit.record(tx, {
      action: 'staff.invited',
      subject: { kind: 'staff-invitation', id },
      actor,
      details: { role, ...(scope ? { scope } : {}) },
    });
    return id;
  }

  /** @throws LinkNotUsable */
  async open(token: string): Promise<OpenInvitation> {
    const invitation = await this.database.reader.findOne(StaffInvitation, { where: { tokenHash: tokenHash(token) } });
    if (!invitation?.isOpen(this.clock.now())) throw new LinkNotUsable();
    return invitation;
  }

  /**
   * Takes on the role. It gives no session: a link that lives for days is no proof of who follows it, so the person
   * signs in like everybody else.
   *
   * @returns the address to sign in with
   * @throws LinkNotUsable
   */
  async accept(token: string, name: string): Promise<string> {
    return this.database.transaction(async (tx) => {
      const invitation = await tx.findOne(StaffInvitation, {
        where: { tokenHash: tokenHash(token) },
        lock: { mode: 'pessimistic_write' },
      });
      if (!invitation?.isOpen(this.clock.now())) throw new LinkNotUsable();
      const { id, email, role, scopeKind, scopeId } = invitation;
      await tx.update(StaffInvitation, { id }, { acceptedAt: this.clock.now() });
      const actor: Actor = { kind: 'link', id };
      const accountId = await this.accounts.ensure(tx, { email, name }, actor);
      await this.accounts.grant(
        tx,
        accountId,
        role,
        scopeKind && scopeId ? { kind: scopeKind, id: scopeId } : null,
        actor,
      );
      await this.audit.record(tx, {
        action: 'staff.invitation-accepted',
        subject: { kind: 'staff-invitation', id },
        actor: { kind: 'account', id: accountId },
      });
      return email;
    });
  }

  /** Takes an invitation back. */
  async withdraw(tx: Tx, id: string, actor: Actor): Promise<void> {
    const { affected } = await tx.update(
      StaffInvitation,
      { id, acceptedAt: IsNull(), withdrawnAt: IsNull() },
      { withdrawnAt: this.clock.now() },
    );
    if (affected) {
      await this.audit.record(tx, {
        action: 'staff.invitation-withdrawn',
        subject: { kind: 'staff-invitation', id },
        actor,
      });
    }
  }

  /** Newest first. */
  async listOpen(): Promise<OpenInvitation[]> {
    return this.database.reader.find(StaffInvitation, {
      where: { acceptedAt: IsNull(), withdrawnAt: IsNull(), expiresAt: MoreThan(this.clock.now()) },
      order: { invitedAt: 'DESC', id: 'DESC' },
      take: 200,
    });
  }
}
