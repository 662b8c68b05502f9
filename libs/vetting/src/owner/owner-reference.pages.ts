import { For, Who, WithSecondFactor } from '@carers/access';
import { Audit } from '@carers/audit';
import { Database } from '@carers/database';
import { page, type PageModel, type PageResult, readForm, redirect, type RedirectResult } from '@carers/pages';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { References } from '../checks/references.js';
import { NotInThisCase } from '../vetting.problems.js';
import { pathOf } from './owner-case.pages.js';
import { type OwnedCase, OwnerCases } from './owner-cases.js';
import { referenceForm } from './owner.forms.js';

/** Customers whom the business names. Whether they answered, and what, it never learns. */
@Controller('business/:id/vetting/:case/checks/:check/references')
@For('business_owner')
@WithSecondFactor()
export class OwnerReferencePages {
  constructor(
    private readonly database: Database,
    private readonly owned: OwnerCases,
    private readonly references: References,
    private readonly audit: Audit,
  ) {}

  @Get('new')
  async blank(
    @Who() who: Who,
    @Param('id') id: string,
    @Param('case') caseId: string,
    @Param('check') key: string,
  ): Promise<PageResult> {
    const { owned } = await this.open(who, id, caseId, key);
    return this.referencePage(owned, key, {});
  }

  @Post('new')
  async name(
    @Who() who: Who,
    @Param('id') id: string,
    @Param('case') caseId: string,
    @Param('check') key: string,
    @Body() body: unknown,
  ): Promise<PageResult | RedirectResult> {
    const { owned, file } = await this.open(who, id, caseId, key);
    const read = await readForm(referenceForm, body);
    if (read.errors) return this.referencePage(owned, key, read);
    const { name, email, phone, job, when } = read.value;
    const actor = who.actor('business_owner');
    await this.database.transaction(async (tx) => {
      const customer = { name, email, phone, job: `${job} (${when})` };
      const { id: reference } = await this.references.name(tx, file.check.id, customer, actor);
      // Their word that the customer knows of it and agreed: the ground on which we write to somebody we do not know.
      const subject = { kind: 'vetting_case', id: owned.case.id };
      await this.audit.record(tx, {
        action: 'vetting-reference.agreement-told',
        subject,
        actor,
        details: { reference },
      });
    });
    return redirect(`${pathOf(owned)}/checks/${key}#references`, 303, { notice: 'vetting:owner.reference.added' });
  }

  @Post(':reference/remove')
  async remove(
    @Who() who: Who,
    @Param('id') id: string,
    @Param('case') caseId: string,
    @Param('check') key: string,
    @Param('reference') referenceId: string,
  ): Promise<RedirectResult> {
    const { owned, file } = await this.open(who, id, caseId, key);
    if (!file.named.some((named) => named.id === referenceId)) throw new NotInThisCase();
    await this.database.transaction((tx) => this.references.unname(tx, referenceId, who.actor('business_owner')));
    return redirect(`${pathOf(owned)}/checks/${key}#references`, 303, { notice: 'vetting:owner.reference.removed' });
  }

  /** @throws NotInThisCase for a check that asks for no customers */
  private async open(who: Who, id: string, caseId: string, key: string) {
    const owned = await this.owned.open(who, id, caseId);
    const file = await this.owned.fileOf(owned, key);
    if (!file.rule.references) throw new NotInThisCase();
    return { owned, file };
  }

  private referencePage(owned: OwnedCase, key: string, model: PageModel): PageResult {
    return page('vetting/owner/reference', { ...model, here: `${pathOf(owned)}/checks/${key}` });
  }
}
