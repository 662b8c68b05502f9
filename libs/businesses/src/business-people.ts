import { Accounts, type RoleHolder, SecondFactor } from '@carers/access';
import { type Actor, Audit } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { Injectable } from '@nestjs/common';
import { BusinessMail } from './business-mail.js';
import { LastPerson, PersonNotFound, TooManyPeople } from './businesses.problems.js';
import { Joining } from './joining.js';
import { lockedBusiness } from './locked-business.js';

/** Who may act for a business. Everybody who may hears when that changes, so that a stranger cannot come in unseen. */
@Injectable()
export class BusinessPeople {
  static readonly most = 20;

  constructor(
    private readonly database: Database,
    private readonly accounts: Accounts,
    private readonly secondFactor: SecondFactor,
    private readonly joining: Joining,
    private readonly audit: Audit,
    private readonly mail: BusinessMail,
  ) {}

  /** Those who may act for it, the first first. */
  async of(businessId: string, tx?: Tx): Promise<RoleHolder[]> {
    return this.accounts.holders('business_owner', scopeOf(businessId), tx);
  }

  /** Lets a person act for a business, and tells them and all others. Nothing happens where they may already. @throws BusinessNotFound, BusinessStatusForbids, TooManyPeople */
  async add(businessId: string, person: { email: string; name: string }, actor: Actor): Promise<void> {
    await this.database.transaction(async (tx) => {
      const business = await lockedBusiness(tx, businessId);
      business.mustBeEditable();
      const before = await this.of(businessId, tx);
      const id = await this.joining.addOwner(tx, businessId, person, actor);
      if (before.some(({ accountId }) => accountId === id)) return;
      if (before.length >= BusinessPeople.most) throw new TooManyPeople(BusinessPeople.most);
      await this.note(tx, 'business.person-added', businessId, actor, id);
      await this.mail.mayAct(tx, business, person);
      for (const other of before) await this.mail.peopleChanged(tx, business, other, 'person-added', person.email);
    });
  }

  /** Takes that away again, and tells them and all others. @throws BusinessNotFound, PersonNotFound, LastPerson */
  async remove(businessId: string, accountId: string, actor: Actor): Promise<void> {
    await this.database.transaction(async (tx) => {
      // Two people who each take the other away would leave none, so the business is locked.
      const business = await lockedBusiness(tx, businessId);
      const before = await this.of(businessId, tx);
      const person = before.find((each) => each.accountId === accountId);
      if (!person) throw new PersonNotFound();
      if (before.length === 1) throw new LastPerson();
      await this.accounts.revoke(tx, accountId, 'business_owner', scopeOf(businessId), actor);
      await this.note(tx, 'business.person-removed', businessId, actor, accountId);
      for (const each of before)
        await this.mail.peopleChanged(tx, business, each, 'person-removed', person.email ?? '');
    });
  }

  /** For somebody who lost their telephone: their app for codes is forgotten and their sessions end. @throws PersonNotFound */
  async forgetSecondFactor(businessId: string, accountId: string, actor: Actor): Promise<void> {
    await this.database.transaction(async (tx) => {
      const business = await lockedBusiness(tx, businessId);
      const person = (await this.of(businessId, tx)).find((each) => each.accountId === accountId);
      if (!person) throw new PersonNotFound();
      await this.secondFactor.reset(tx, accountId, actor);
      await this.note(tx, 'business.person-second-factor-reset', businessId, actor, accountId);
      await this.mail.peopleChanged(tx, business, person, 'second-factor-reset');
    });
  }

  private async note(tx: Tx, action: string, id: string, actor: Actor, accountId: string): Promise<void> {
    await this.audit.record(tx, { action, subject: { kind: 'business', id }, actor, details: { accountId } });
  }
}

function scopeOf(id: string) {
  return { kind: 'business', id } as const;
}
