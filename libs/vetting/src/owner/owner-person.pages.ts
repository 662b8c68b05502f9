import { For, Who, WithSecondFactor } from '@carers/access';
import { Database } from '@carers/database';
import { page, type PageModel, type PageResult, readForm, redirect, type RedirectResult } from '@carers/pages';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { CasePeople } from '../checks/case-people.js';
import type { VettingPerson } from '../checks/vetting-person.entity.js';
import { NotInThisCase } from '../vetting.problems.js';
import type { CheckFile } from './check-file.js';
import { pathOf } from './owner-case.pages.js';
import { type OwnedCase, OwnerCases } from './owner-cases.js';
import { personForm } from './owner.forms.js';

/** The people whom a check asks for: who owns and runs the business, and who goes into homes for it. */
@Controller('business/:id/vetting/:case/checks/:check/people')
@For('business_owner')
@WithSecondFactor()
export class OwnerPersonPages {
  constructor(
    private readonly database: Database,
    private readonly owned: OwnerCases,
    private readonly people: CasePeople,
  ) {}

  @Get('new')
  async blank(@Who() who: Who, @Param('id') id: string, @Param('case') caseId: string, @Param('check') key: string) {
    const { owned, file } = await this.open(who, id, caseId, key);
    return this.personPage(owned, file, null, { form: file.rule.people?.disclosure ? { entersHomes: 'yes' } : {} });
  }

  @Post('new')
  async add(
    @Who() who: Who,
    @Param('id') id: string,
    @Param('case') caseId: string,
    @Param('check') key: string,
    @Body() body: unknown,
  ): Promise<PageResult | RedirectResult> {
    const { owned, file } = await this.open(who, id, caseId, key);
    const read = await readForm(personForm(file.rule.people!.roles), body);
    if (read.errors) return this.personPage(owned, file, null, read);
    await this.database.transaction((tx) =>
      this.people.add(tx, owned.case.id, read.value, who.actor('business_owner')),
    );
    return back(owned, key, 'vetting:owner.person.added');
  }

  @Get(':person')
  async show(
    @Who() who: Who,
    @Param('id') id: string,
    @Param('case') caseId: string,
    @Param('check') key: string,
    @Param('person') personId: string,
  ): Promise<PageResult> {
    const { owned, file } = await this.open(who, id, caseId, key);
    const person = personIn(file, personId);
    const { name, role, entersHomes } = person;
    return this.personPage(owned, file, person, { form: { name, role, entersHomes: entersHomes ? 'yes' : 'no' } });
  }

  @Post(':person')
  async save(
    @Who() who: Who,
    @Param('id') id: string,
    @Param('case') caseId: string,
    @Param('check') key: string,
    @Param('person') personId: string,
    @Body() body: unknown,
  ): Promise<PageResult | RedirectResult> {
    const { owned, file } = await this.open(who, id, caseId, key);
    const person = personIn(file, personId);
    const read = await readForm(personForm(file.rule.people!.roles), body);
    if (read.errors) return this.personPage(owned, file, person, read);
    await this.database.transaction((tx) => this.people.change(tx, person.id, read.value, who.actor('business_owner')));
    return back(owned, key, 'vetting:owner.saved');
  }

  @Post(':person/left')
  async left(
    @Who() who: Who,
    @Param('id') id: string,
    @Param('case') caseId: string,
    @Param('check') key: string,
    @Param('person') personId: string,
  ): Promise<RedirectResult> {
    const { owned, file } = await this.open(who, id, caseId, key);
    const person = personIn(file, personId);
    await this.database.transaction((tx) => this.people.leave(tx, person.id, who.actor('business_owner')));
    return back(owned, key, 'vetting:owner.person.removed');
  }

  /** @throws NotInThisCase for a check that asks for no people */
  private async open(who: Who, id: string, caseId: string, key: string) {
    const owned = await this.owned.open(who, id, caseId);
    const file = await this.owned.fileOf(owned, key);
    if (!file.rule.people) throw new NotInThisCase();
    return { owned, file };
  }

  private personPage(
    owned: OwnedCase,
    { rule }: CheckFile,
    person: VettingPerson | null,
    model: PageModel,
  ): PageResult {
    const here = `${pathOf(owned)}/checks/${rule.key}`;
    return page('vetting/owner/person', {
      ...model,
      here,
      title: rule.title,
      heading: `vetting:owner.person.title-${person ? 'edit' : 'new'}`,
      roles: rule.people!.roles,
      person: person && { name: person.name, leftAction: `${here}/people/${person.id}/left` },
    });
  }
}

/** @throws NotInThisCase */
function personIn({ people }: CheckFile, id: string): VettingPerson {
  const found = people.find((person) => person.id === id);
  if (!found) throw new NotInThisCase();
  return found;
}

function back(owned: OwnedCase, key: string, notice: string): RedirectResult {
  return redirect(`${pathOf(owned)}/checks/${key}#people`, 303, { notice });
}
