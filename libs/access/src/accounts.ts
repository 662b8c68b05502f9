import { type Actor, Audit } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { Clock, Ids } from '@carers/kernel';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import { Account } from './account.entity.js';
import { AccountRole } from './account-role.entity.js';
import { AccountSession } from './account-session.entity.js';
import { AccountNotFound } from './access.problems.js';
import { type Contact, hashOfContact, readEmail, readMobile } from './contact.js';
import type { HeldRole, Role, Scope } from './roles.js';

/** What is known of somebody who gets an account. At least one way to reach them is needed. */
export interface NewAccount {
  email?: string | null;
  mobile?: string | null;
  name: string;
  locale?: string;
}

/** How to reach somebody. */
export interface AccountContact {
  accountId: string;
  name: string;
  email: string | null;
  mobile: string | null;
  locale: string;
}

/** An account with its roles, as staff see it. */
export interface AccountCard extends AccountContact {
  roles: HeldRole[];
  createdAt: Date;
  disabledAt: Date | null;
  hasSecondFactor: boolean;
}

/** Somebody who has a role for one business or carers service. */
export interface RoleHolder extends AccountContact {
  hasSecondFactor: boolean;
}

const bySystem: Actor = { kind: 'system', id: 'accounts' };

/** Who can sign in, and what they may do. Each change is audited and bites at the next request. */
@Injectable()
export class Accounts {
  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly settings: Settings,
  ) {}

  /**
   * The account with this e-mail address (or, where none is given, this mobile number); made if there is none. It has
   * that one contact and never gets another, for nobody has shown yet that a contact is theirs: with two, whoever names
   * another person's number beside their own address would be given that person's card once they apply by the number.
   *
   * @throws RangeError when there is no readable contact
   */
  async ensure(tx: Tx, person: NewAccount, actor: Actor = bySystem): Promise<string> {
    const contact =
      (person.email ? readEmail(person.email) : null) ?? (person.mobile ? readMobile(person.mobile) : null);
    if (!contact) throw new RangeError('An account needs an e-mail address or a mobile number.');

    const found = await this.idByContact(tx, contact);
    if (found) return found;
    const id = this.ids.next();
    // Refused where the same person is entered in this very moment: then theirs is the account.
    if (!(await this.insert(tx, id, person, contact))) return (await this.idByContact(tx, contact))!;
    await this.audit.record(tx, { action: 'account.opened', subject: { kind: 'account', id }, actor });
    return id;
  }

  /** Gives a role; nothing happens where the account has it already. */
  async grant(
    tx: Tx,
    accountId: string,
    role: Role,
    scope: Scope | null = null,
    actor: Actor = bySystem,
  ): Promise<void> {
    const { raw } = await tx
      .createQueryBuilder()
      .insert()
      .into(AccountRole)
      .values({
        id: this.ids.next(),
        accountId,
        role,
        scopeKind: scope?.kind ?? null,
        scopeId: scope?.id ?? null,
        grantedAt: this.clock.now(),
      })
      .orIgnore()
      .returning('id')
      .execute();
    if ((raw as unknown[]).length === 0) return;
    await this.recordRole(tx, 'account.role-granted', accountId, role, scope, actor);
  }

  /** Takes a role away. */
  async revoke(
    tx: Tx,
    accountId: string,
    role: Role,
    scope: Scope | null = null,
    actor: Actor = bySystem,
  ): Promise<void> {
    const { affected } = await tx.delete(AccountRole, {
      accountId,
      role,
      scopeKind: scope?.kind ?? IsNull(),
      scopeId: scope?.id ?? IsNull(),
    });
    if (affected) await this.recordRole(tx, 'account.role-revoked', accountId, role, scope, actor);
  }

  /**
   * Takes away an account that nobody needs any more: it has no role but a carer's, and nobody's card is with it.
   * @returns its id, which messages may have been about; nothing where the account stays
   */
  async erase(tx: Tx, accountId: string): Promise<string[]> {
    const [gone] = await tx.query<[{ id: string }[], number]>(
      `DELETE FROM account WHERE id = $1
          AND NOT EXISTS (SELECT FROM account_role WHERE account_id = $1 AND role <> 'carer')
          AND NOT EXISTS (SELECT FROM cardholder WHERE account_id = $1)
        RETURNING id`,
      [accountId],
    );
    return gone.map(({ id }) => id);
  }

  /** Closes an account and ends all its sessions. */
  async disable(tx: Tx, accountId: string, actor: Actor, reason: string | null = null): Promise<void> {
    const { affected } = await tx.update(
      Account,
      { id: accountId, disabledAt: IsNull() },
      { disabledAt: this.clock.now() },
    );
    if (!affected) return;
    await tx.delete(AccountSession, { accountId });
    await this.audit.record(tx, {
      action: 'account.disabled',
      subject: { kind: 'account', id: accountId },
      actor,
      reason,
    });
  }

  async enable(tx: Tx, accountId: string, actor: Actor): Promise<void> {
    const { affected } = await tx.update(Account, { id: accountId }, { disabledAt: null });
    if (affected)
      await this.audit.record(tx, { action: 'account.enabled', subject: { kind: 'account', id: accountId }, actor });
  }

  /** Everybody with a role who can sign in; with a scope, those who have it there or everywhere. */
  async byRole(role: Role, scope?: Scope): Promise<AccountContact[]> {
    const cards = await this.cards([role]);
    return cards.filter(
      ({ disabledAt, roles }) =>
        disabledAt === null &&
        roles.some(
          (held) =>
            held.role === role &&
            (!scope || held.scopeKind === null || (held.scopeKind === scope.kind && held.scopeId === scope.id)),
        ),
    );
  }

  /** Those who have a role just there and can sign in, the first first. */
  async holders(role: Role, scope: Scope, tx: Tx | Database['reader'] = this.database.reader): Promise<RoleHolder[]> {
    const held = await tx.find(AccountRole, {
      select: { accountId: true },
      where: { role, scopeKind: scope.kind, scopeId: scope.id },
      order: { grantedAt: 'ASC', id: 'ASC' },
    });
    const accounts = await tx.findBy(Account, {
      id: In(held.map(({ accountId }) => accountId)),
      disabledAt: IsNull(),
    });
    return held.flatMap(({ accountId }) =>
      accounts
        .filter(({ id }) => id === accountId)
        .map((account) => ({ ...contactIn(account), hasSecondFactor: account.totpConfirmedAt !== null })),
    );
  }

  /** @throws AccountNotFound */
  async contactOf(accountId: string): Promise<AccountContact> {
    return contactIn(await this.find(accountId));
  }

  /** Accounts that have any of these roles, with all their roles. */
  async cards(wanted: readonly Role[]): Promise<AccountCard[]> {
    const holders = await this.database.reader.find(AccountRole, {
      select: { accountId: true },
      where: { role: In(wanted) },
    });
    const ids = [...new Set(holders.map(({ accountId }) => accountId))];
    if (ids.length === 0) return [];
    const [accounts, held] = await Promise.all([
      this.database.reader.find(Account, { where: { id: In(ids) }, order: { createdAt: 'ASC', id: 'ASC' } }),
      this.database.reader.find(AccountRole, { where: { accountId: In(ids) }, order: { grantedAt: 'ASC', id: 'ASC' } }),
    ]);
    return accounts.map((account) =>
      cardOf(
        account,
        held.filter(({ accountId }) => accountId === account.id),
      ),
    );
  }

  /** @throws AccountNotFound */
  async card(accountId: string): Promise<AccountCard> {
    const account = await this.find(accountId);
    return cardOf(
      account,
      await this.database.reader.find(AccountRole, { where: { accountId }, order: { grantedAt: 'ASC' } }),
    );
  }

  /** The account that a contact belongs to, if any. */
  async idByContact(tx: Tx | Database['reader'], contact: Contact): Promise<string | null> {
    const hash = hashOfContact(contact);
    const where = contact.channel === 'email' ? { emailHash: hash } : { mobileHash: hash };
    const account = await tx.findOne(Account, { select: { id: true }, where });
    return account?.id ?? null;
  }

  private async find(id: string): Promise<Account> {
    const account = await this.database.reader.findOne(Account, { where: { id } });
    if (!account) throw new AccountNotFound();
    return account;
  }

  private async insert(tx: Tx, id: string, person: NewAccount, contact: Contact): Promise<boolean> {
    const email = contact.channel === 'email' ? contact : null;
    const mobile = contact.channel === 'text' ? contact : null;
    const { raw } = await tx
      .createQueryBuilder()
      .insert()
      .into(Account)
      .values({
        id,
        email: email?.address ?? null,
        emailHash: email ? hashOfContact(email) : null,
        mobile: mobile?.address ?? null,
        mobileHash: mobile ? hashOfContact(mobile) : null,
        name: person.name,
        locale: person.locale ?? this.settings.defaultLocale,
        createdAt: this.clock.now(),
      })
      .orIgnore()
      .returning('id')
      .execute();
    return (raw as unknown[]).length > 0;
  }

  private async recordRole(
    tx: Tx,
    action: string,
    id: string,
    role: Role,
    scope: Scope | null,
    actor: Actor,
  ): Promise<void> {
    await this.audit.record(tx, {
      action,
      subject: { kind: 'account', id },
      actor,
      details: { role, ...(scope ? { scope } : {}) },
    });
  }
}

function contactIn({ id, name, email, mobile, locale }: Account): AccountContact {
  return { accountId: id, name, email, mobile, locale };
}

function cardOf(account: Account, held: AccountRole[]): AccountCard {
  return {
    ...contactIn(account),
    roles: held.map(({ role, scopeKind, scopeId }) => ({ role, scopeKind, scopeId })),
    createdAt: account.createdAt,
    disabledAt: account.disabledAt,
    hasSecondFactor: account.totpConfirmedAt !== null,
  };
}
