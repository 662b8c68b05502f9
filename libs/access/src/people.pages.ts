import { Audit } from '@carers/audit';
import { Database } from '@carers/database';
import { page, type PageModel, readForm, redirect } from '@carers/pages';
import { Body, Controller, Get, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { For, Who } from './access.decorators.js';
import { disableForm, inviteForm, roleForm } from './access.forms.js';
import { AccountNotFound, NotOnYourself } from './access.problems.js';
import { type AccountCard, Accounts } from './accounts.js';
import { Invitations } from './invitations.js';
import { isStaffRole, staffRoles } from './roles.js';
import { SecondFactor } from './second-factor.js';

/** Who works for the scheme, and as what. Administrators only; each change bites at that person's next click. */
@For('administrator')
@ApiExcludeController()
@Controller('staff/people')
export class PeoplePages {
  constructor(
    private readonly database: Database,
    private readonly accounts: Accounts,
    private readonly invitations: Invitations,
    private readonly secondFactor: SecondFactor,
    private readonly audit: Audit,
  ) {}

  @Get()
  async list() {
    return this.listPage({});
  }

  @Post()
  async invite(@Body() body: unknown, @Who() who: Who) {
    const { value, errors, form } = await readForm(inviteForm, body);
    if (errors) return this.listPage({ form, errors });
    const actor = who.actor('administrator');
    await this.database.transaction((tx) => this.invitations.invite(tx, value.email, value.role, null, actor));
    return redirect('/staff/people', 303, { notice: 'access:people.invited' });
  }

  @Post('invitations/:id/withdraw')
  async withdraw(@Param('id', ParseUUIDPipe) id: string, @Who() who: Who) {
    await this.database.transaction((tx) => this.invitations.withdraw(tx, id, who.actor('administrator')));
    return redirect('/staff/people', 303, { notice: 'access:people.withdrawn' });
  }

  @Get(':id')
  async show(@Param('id', ParseUUIDPipe) id: string, @Who() who: Who) {
    const person = await this.staffMember(id);
    const subject = { kind: 'account', id };
    await this.audit.note({ action: 'account.viewed', subject, actor: who.actor('administrator') });
    return this.personPage(person, who);
  }

  @Post(':id/roles')
  async grant(@Param('id', ParseUUIDPipe) id: string, @Body() body: unknown, @Who() who: Who) {
    const person = await this.staffMember(id);
    const { value, errors, form } = await readForm(roleForm, body);
    if (errors) return this.personPage(person, who, { form, errors });
    await this.database.transaction((tx) => this.accounts.grant(tx, id, value.role, null, who.actor('administrator')));
    return this.back(id, 'access:people.role-granted');
  }

  @Post(':id/roles/revoke')
  async revoke(@Param('id', ParseUUIDPipe) id: string, @Body() body: unknown, @Who() who: Who) {
    const person = await this.staffMember(id);
    const { value, errors, form } = await readForm(roleForm, body);
    if (errors) return this.personPage(person, who, { form, errors });
    if (id === who.accountId && value.role === 'administrator') throw new NotOnYourself();
    const theirs = person.roles.filter(({ role }) => role === value.role);
    await this.database.transaction(async (tx) => {
      for (const { role, scopeKind, scopeId } of theirs) {
        const scope = scopeKind && scopeId ? { kind: scopeKind, id: scopeId } : null;
        await this.accounts.revoke(tx, id, role, scope, who.actor('administrator'));
      }
    });
    const left = person.roles.some(({ role }) => isStaffRole(role) && role !== value.role);
    return left
      ? this.back(id, 'access:people.role-revoked')
      : redirect('/staff/people', 303, { notice: 'access:people.role-revoked' });
  }

  @Post(':id/disable')
  async disable(@Param('id', ParseUUIDPipe) id: string, @Body() body: unknown, @Who() who: Who) {
    if (id === who.accountId) throw new NotOnYourself();
    const person = await this.staffMember(id);
    const { value, errors, form } = await readForm(disableForm, body);
    if (errors) return this.personPage(person, who, { form, errors });
    const actor = who.actor('administrator');
    await this.database.transaction((tx) => this.accounts.disable(tx, id, actor, value.reason));
    return this.back(id, 'access:people.disabled');
  }

  @Post(':id/enable')
  async enable(@Param('id', ParseUUIDPipe) id: string, @Who() who: Who) {
    await this.staffMember(id);
    await this.database.transaction((tx) => this.accounts.enable(tx, id, who.actor('administrator')));
    return this.back(id, 'access:people.enabled');
  }

  @Post(':id/second-factor/reset')
  async reset(@Param('id', ParseUUIDPipe) id: string, @Who() who: Who) {
    if (id === who.accountId) throw new NotOnYourself();
    await this.staffMember(id);
    await this.database.transaction((tx) => this.secondFactor.reset(tx, id, who.actor('administrator')));
    return this.back(id, 'access:people.second-factor-reset');
  }

  private back(id: string, notice: string) {
    return redirect(`/staff/people/${id}`, 303, { notice });
  }

  private async listPage(model: PageModel) {
    const [people, invitations] = await Promise.all([this.accounts.cards(staffRoles), this.invitations.listOpen()]);
    return page('access/people', { ...model, people: people.map(asShown), invitations, roles: staffRoles });
  }

  private personPage(person: AccountCard, who: Who, model: PageModel = {}) {
    const held = staffRolesOf(person);
    return page('access/person', {
      ...model,
      person: asShown(person),
      self: person.accountId === who.accountId,
      held,
      grantable: staffRoles.filter((role) => !held.includes(role)),
    });
  }

  /** These pages are about staff: carers' and owners' accounts are not found here. */
  private async staffMember(id: string): Promise<AccountCard> {
    const person = await this.accounts.card(id);
    if (staffRolesOf(person).length === 0) throw new AccountNotFound();
    return person;
  }
}

function staffRolesOf({ roles }: AccountCard) {
  return [...new Set(roles.map(({ role }) => role))].filter(isStaffRole);
}

function asShown(person: AccountCard) {
  return {
    ...person,
    roles: staffRolesOf(person),
    state: person.disabledAt ? 'disabled' : person.hasSecondFactor ? 'active' : 'new',
  };
}
