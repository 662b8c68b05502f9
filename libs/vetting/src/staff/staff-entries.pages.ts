import { For, Who } from '@carers/access';
import { Database } from '@carers/database';
import { page, type PageModel, type PageResult, readForm, redirect } from '@carers/pages';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Sanctions } from '../cases/sanctions.js';
import { CaseActions } from '../checks/case-actions.js';
import { CasePeople } from '../checks/case-people.js';
import { OutsideClaims } from '../checks/outside-claims.js';
import { VettingCases } from '../cases/vetting-cases.js';
import { DisclosureDateNotPossible, NotInThisCase } from '../vetting.problems.js';
import { CaseAccess, officer } from './case-access.js';
import { Letters } from './letters.js';
import { actionForm, claimForm, disclosureForm, rejectForm, sanctionForm } from './staff.forms.js';

/** The small entries of a file: disclosures, memberships of other schemes, agreed actions, advice and warnings. */
@For('vetting_officer', 'administrator')
@ApiExcludeController()
@Controller('staff/vetting/:id')
export class StaffEntriesPages {
  constructor(
    private readonly access: CaseAccess,
    private readonly cases: VettingCases,
    private readonly people: CasePeople,
    private readonly claims: OutsideClaims,
    private readonly actions: CaseActions,
    private readonly sanctions: Sanctions,
    private readonly letters: Letters,
    private readonly database: Database,
  ) {}

  @Get('people/:person')
  async personPage(@Who() who: Who, @Param('id') id: string, @Param('person') person: string) {
    return this.person(who, id, person, {});
  }

  @Post('people/:person')
  async disclose(@Who() who: Who, @Param('id') id: string, @Param('person') person: string, @Body() body: unknown) {
    const actor = officer(who);
    await this.person(who, id, person, {});
    const read = await readForm(disclosureForm, body);
    if (read.errors) return this.person(who, id, person, read);
    try {
      await this.database.transaction((tx) => this.people.disclose(tx, person, read.value, actor));
    } catch (problem) {
      if (!(problem instanceof DisclosureDateNotPossible)) throw problem;
      const errors = [{ field: 'on', message: 'vetting:problems.disclosure-date-not-possible' }];
      return this.person(who, id, person, { form: read.form, errors });
    }
    return redirect(`/staff/vetting/${id}#people`, 303, { notice: 'vetting:staff.notice.disclosed' });
  }

  @Get('claims/:claim')
  async claimPage(@Who() who: Who, @Param('id') id: string, @Param('claim') claim: string) {
    return this.claim(who, id, claim, {});
  }

  @Post('claims/:claim/confirm')
  async confirm(@Who() who: Who, @Param('id') id: string, @Param('claim') claim: string, @Body() body: unknown) {
    const actor = officer(who);
    await this.claim(who, id, claim, {});
    const read = await readForm(claimForm, body);
    if (read.errors) return this.claim(who, id, claim, read);
    await this.database.transaction((tx) => this.claims.confirm(tx, claim, read.value.seenAt, actor));
    return redirect(`/staff/vetting/${id}#claims`, 303, { notice: 'vetting:staff.notice.claim-confirmed' });
  }

  @Post('claims/:claim/refuse')
  async refuse(@Who() who: Who, @Param('id') id: string, @Param('claim') claim: string, @Body() body: unknown) {
    const actor = officer(who);
    await this.claim(who, id, claim, {});
    const read = await readForm(rejectForm, body);
    if (read.errors) return this.claim(who, id, claim, read);
    await this.database.transaction((tx) => this.claims.refuse(tx, claim, read.value.reason, actor));
    return redirect(`/staff/vetting/${id}#claims`, 303, { notice: 'vetting:staff.notice.claim-refused' });
  }

  @Get('actions/new')
  async actionPage(@Who() who: Who, @Param('id') id: string) {
    return this.action(who, id, {});
  }

  @Post('actions/new')
  async agree(@Who() who: Who, @Param('id') id: string, @Body() body: unknown) {
    const actor = officer(who);
    await this.access.open(who, id);
    const read = await readForm(actionForm, body);
    if (read.errors) return this.action(who, id, read);
    const { words, due } = read.value;
    await this.database.transaction((tx) => this.actions.agree(tx, id, { words, dueOn: due }, actor));
    return redirect(`/staff/vetting/${id}#actions`, 303, { notice: 'vetting:staff.notice.action-agreed' });
  }

  @Post('actions/:action/done')
  async done(@Who() who: Who, @Param('id') id: string, @Param('action') action: string) {
    const actor = officer(who);
    const found = await this.access.open(who, id);
    if (!(await this.actions.of(found.id)).some((each) => each.id === action)) throw new NotInThisCase();
    await this.database.transaction((tx) => this.actions.done(tx, action, actor));
    return redirect(`/staff/vetting/${id}#actions`, 303, { notice: 'vetting:staff.notice.action-done' });
  }

  @Get('sanctions/new')
  async sanctionPage(@Who() who: Who, @Param('id') id: string) {
    return this.sanction(who, id, {});
  }

  /** Advice or a warning: on the ladder and in a letter at once. */
  @Post('sanctions/new')
  async give(@Who() who: Who, @Param('id') id: string, @Body() body: unknown) {
    const actor = officer(who);
    const found = await this.access.open(who, id);
    const read = await readForm(sanctionForm, body);
    if (read.errors) return this.sanction(who, id, read);
    const { kind, words, due } = read.value;
    await this.database.transaction(async (tx) => {
      await this.sanctions.give(tx, id, { kind, reason: words, dueOn: due }, actor);
      await this.letters.send(tx, found, { kind, words, channel: 'email', dueOn: due }, actor);
    });
    return redirect(`/staff/vetting/${id}#sanctions`, 303, { notice: 'vetting:staff.notice.sanctioned' });
  }

  @Post('sanctions/:sanction/right')
  async right(@Who() who: Who, @Param('id') id: string, @Param('sanction') sanction: string) {
    const actor = officer(who);
    const found = await this.access.open(who, id);
    if (!(await this.sanctions.of(found.id)).some((each) => each.id === sanction)) throw new NotInThisCase();
    await this.database.transaction((tx) => this.sanctions.end(tx, sanction, '', actor));
    return redirect(`/staff/vetting/${id}#sanctions`, 303, { notice: 'vetting:staff.notice.put-right' });
  }

  private async person(who: Who, id: string, personId: string, model: PageModel): Promise<PageResult> {
    const found = await this.access.open(who, id);
    const person = (await this.people.of(found.id)).find((each) => each.id === personId);
    if (!person) throw new NotInThisCase();
    return page('vetting/staff/person', {
      form: { result: person.disclosureResult ?? undefined, on: person.disclosureOn ?? undefined },
      ...model,
      base: `/staff/vetting/${found.id}`,
      person: { name: person.name, roleKey: `vetting:staff.role.${person.role}`, entersHomes: person.entersHomes },
      mayAct: who.hasRole('vetting_officer'),
    });
  }

  private async claim(who: Who, id: string, claimId: string, model: PageModel): Promise<PageResult> {
    const found = await this.access.open(who, id);
    const claim = (await this.claims.of(found.id)).find((each) => each.id === claimId);
    if (!claim) throw new NotInThisCase();
    const { outsideSchemes } = await this.cases.programmeOf(found);
    const scheme = outsideSchemes.find(({ key }) => key === claim.scheme);
    return page('vetting/staff/claim', {
      form: { seenAt: claim.seenAt ?? '' },
      ...model,
      base: `/staff/vetting/${found.id}`,
      claim: { ...claim, title: scheme?.title ?? null, lookUp: scheme?.lookUp ?? null },
      mayAct: who.hasRole('vetting_officer'),
    });
  }

  private async action(who: Who, id: string, model: PageModel): Promise<PageResult> {
    const found = await this.access.open(who, id);
    return page('vetting/staff/action', { ...model, base: `/staff/vetting/${found.id}` });
  }

  private async sanction(who: Who, id: string, model: PageModel): Promise<PageResult> {
    const found = await this.access.open(who, id);
    return page('vetting/staff/sanction', { ...model, base: `/staff/vetting/${found.id}` });
  }
}
