import { For, Who, WithSecondFactor } from '@carers/access';
import { Database } from '@carers/database';
import { page, type PageModel, type PageResult, redirect, type RedirectResult } from '@carers/pages';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { CaseChecks } from '../checks/case-checks.js';
import { checkView } from './check.presenter.js';
import { missingParts } from './check-file.js';
import { pathOf } from './owner-case.pages.js';
import { type OwnedCase, OwnerCases } from './owner-cases.js';
import { answersForm, formQuestions, readAnswers } from './question-form.js';

/** One check: why it is asked, its questions, and what is sent for it. Answers are kept whenever they can be read. */
@Controller('business/:id/vetting/:case/checks/:check')
@For('business_owner')
@WithSecondFactor()
export class OwnerCheckPages {
  constructor(
    private readonly database: Database,
    private readonly owned: OwnerCases,
    private readonly checks: CaseChecks,
  ) {}

  @Get()
  async show(
    @Who() who: Who,
    @Param('id') id: string,
    @Param('case') caseId: string,
    @Param('check') key: string,
  ): Promise<PageResult> {
    return this.checkPage(await this.owned.open(who, id, caseId), key, {});
  }

  @Post()
  async save(
    @Who() who: Who,
    @Param('id') id: string,
    @Param('case') caseId: string,
    @Param('check') key: string,
    @Body() body: unknown,
  ): Promise<PageResult | RedirectResult> {
    const owned = await this.owned.open(who, id, caseId);
    const file = await this.owned.fileOf(owned, key);
    const read = await readAnswers(file.rule.asks, body);
    if (read.errors) return this.checkPage(owned, key, read);
    // Without a form there is nothing to keep before people, customers or papers are there.
    const missing = missingParts({ ...file, check: { ...file.check, answer: read.value } as typeof file.check });
    if (missing.length > 0 && formQuestions(file.rule.asks).length === 0) {
      const errors = missing.map((part) => ({ field: part, message: `vetting:owner.missing.${part}` }));
      return this.checkPage(owned, key, { form: read.form, errors });
    }
    await this.database.transaction((tx) =>
      this.checks.answer(tx, owned.case.id, key, read.value, who.actor('business_owner')),
    );
    const [first] = missing;
    if (first)
      return redirect(`${pathOf(owned)}/checks/${key}#${first}`, 303, { notice: `vetting:owner.saved-${first}` });
    return redirect(pathOf(owned), 303, { notice: 'vetting:owner.saved' });
  }

  private async checkPage(owned: OwnedCase, key: string, model: PageModel): Promise<PageResult> {
    return page('vetting/owner/check', await checkModel(this.owned, owned, key, model));
  }
}

/** What the page of a check shows; pages beside it show it again with their own errors. */
export async function checkModel(
  cases: OwnerCases,
  owned: OwnedCase,
  key: string,
  model: PageModel,
): Promise<PageModel> {
  const file = await cases.fileOf(owned, key);
  const form = model.form ?? answersForm(file.rule.asks, file.check.answer);
  return { ...checkView(owned, file, pathOf(owned)), ...model, form };
}
