import { For, Limits, type RoleHolder, SecondFactorNeeded, Who } from '@carers/access';
import { isUuid } from '@carers/kernel';
import { page, type PageModel, type PageResult, readForm, redirect, type RedirectResult } from '@carers/pages';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { BusinessPeople } from './business-people.js';
import { personForm } from './businesses.forms.js';
import { PersonNotFound } from './businesses.problems.js';
import { Businesses } from './businesses.js';
import { ownedBusiness } from './owned-business.js';

/**
 * Who may act for a business. Once anybody there has a second factor, only those who gave theirs change it: otherwise
 * whoever reads an owner's mail could add themself, and so reach what the second factor keeps.
 */
@Controller('business/:id/people')
@For('business_owner')
export class OwnerPeoplePages {
  constructor(
    private readonly businesses: Businesses,
    private readonly people: BusinessPeople,
    private readonly limits: Limits,
  ) {}

  @Get()
  async list(@Who() who: Who, @Param('id') given: string): Promise<PageResult> {
    return this.listPage(who, await this.mine(who, given), {});
  }

  @Post()
  async add(@Who() who: Who, @Param('id') given: string, @Body() body: unknown): Promise<PageResult | RedirectResult> {
    const id = await this.mine(who, given);
    const read = await readForm(personForm, body);
    if (read.errors) return this.listPage(who, id, read);
    await this.limits.count('business-people', id);
    await this.people.add(id, read.value, who.actor('business_owner'));
    return redirect(`/business/${id}/people`, 303, { notice: 'businesses:people.added' });
  }

  @Get(':account/remove')
  async askToRemove(
    @Who() who: Who,
    @Param('id') given: string,
    @Param('account') account: string,
  ): Promise<PageResult> {
    const id = await this.mine(who, given);
    const person = (await this.people.of(id)).find(({ accountId }) => accountId === account);
    if (!person) throw new PersonNotFound();
    const { name } = await this.businesses.get(id);
    const self = person.accountId === who.accountId;
    return page('businesses/owner/remove-person', { id, business: name, person: contactOf(person), self });
  }

  @Post(':account/remove')
  async remove(
    @Who() who: Who,
    @Param('id') given: string,
    @Param('account') account: string,
  ): Promise<RedirectResult> {
    const id = await this.mine(who, given);
    if (!isUuid(account)) throw new PersonNotFound();
    await this.people.remove(id, account, who.actor('business_owner'));
    const to = account === who.accountId ? '/business' : `/business/${id}/people`;
    return redirect(to, 303, { notice: 'businesses:people.removed' });
  }

  /** @throws BusinessNotFound, SecondFactorNeeded */
  private async mine(who: Who, given: string): Promise<string> {
    const id = ownedBusiness(who, given);
    if (who.secondFactor) return id;
    const { worksInHomes } = await this.businesses.get(id);
    const kept = worksInHomes || (await this.people.of(id)).some(({ hasSecondFactor }) => hasSecondFactor);
    if (kept) throw new SecondFactorNeeded();
    return id;
  }

  private async listPage(who: Who, id: string, model: PageModel): Promise<PageResult> {
    const [{ name }, people] = await Promise.all([this.businesses.get(id), this.people.of(id)]);
    return page('businesses/owner/people', {
      ...model,
      id,
      business: name,
      full: people.length >= BusinessPeople.most,
      people: people.map((person) => ({
        // By how they sign in: the name of their account may be one that this business never gave.
        contact: contactOf(person),
        self: person.accountId === who.accountId,
        removeHref: people.length > 1 ? `/business/${id}/people/${person.accountId}/remove` : null,
      })),
    });
  }
}

function contactOf({ email, mobile }: RoleHolder): string {
  return email ?? mobile ?? '';
}
