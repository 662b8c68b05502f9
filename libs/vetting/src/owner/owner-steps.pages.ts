import { For, Who, WithSecondFactor } from '@carers/access';
import { Database } from '@carers/database';
import { Clock, type FieldError } from '@carers/kernel';
import { page, type PageModel, type PageResult, readForm, redirect, type RedirectResult } from '@carers/pages';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import type { CaseMove } from '../cases/case-moves.js';
import { VettingCases } from '../cases/vetting-cases.js';
import { Quotation } from '../fees/quotation.service.js';
import { openFacts } from '../programmes/tiers.js';
import { CaseHasMovedOn } from '../vetting.problems.js';
import { feesView, quoteOf, stateTag, stepsOf } from './case.presenter.js';
import { missingParts } from './check-file.js';
import { pathOf } from './owner-case.pages.js';
import { type OwnedCase, OwnerCases } from './owner-cases.js';
import { wordsForm } from './owner.forms.js';

/** What a business does with its case: sends it in, takes it back, appeals. */
@Controller('business/:id/vetting/:case')
@For('business_owner')
@WithSecondFactor()
export class OwnerStepsPages {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly owned: OwnerCases,
    private readonly cases: VettingCases,
    private readonly prices: Quotation,
  ) {}

  @Get('submit')
  async askToSubmit(@Who() who: Who, @Param('id') id: string, @Param('case') caseId: string): Promise<PageResult> {
    const owned = await this.openFor(who, id, caseId, 'submit');
    return this.submitPage(owned, await this.missingOf(owned));
  }

  @Post('submit')
  async submit(
    @Who() who: Who,
    @Param('id') id: string,
    @Param('case') caseId: string,
  ): Promise<PageResult | RedirectResult> {
    const owned = await this.openFor(who, id, caseId, 'submit');
    const missing = await this.missingOf(owned);
    if (missing.length > 0) return this.submitPage(owned, missing, 422);
    await this.move(owned, 'submit', null, who);
    return redirect(pathOf(owned), 303, { notice: 'vetting:owner.submitted' });
  }

  @Get('withdraw')
  async askToWithdraw(@Who() who: Who, @Param('id') id: string, @Param('case') caseId: string): Promise<PageResult> {
    const owned = await this.openFor(who, id, caseId, 'withdraw');
    return page('vetting/owner/withdraw', { at: pathOf(owned), title: owned.programme.title, listed: isListed(owned) });
  }

  @Post('withdraw')
  async withdraw(@Who() who: Who, @Param('id') id: string, @Param('case') caseId: string): Promise<RedirectResult> {
    const owned = await this.openFor(who, id, caseId, 'withdraw');
    await this.move(owned, 'withdraw', null, who);
    return redirect(`/business/${owned.business.id}/vetting`, 303, { notice: 'vetting:owner.withdrawn' });
  }

  @Get('appeal')
  async askToAppeal(@Who() who: Who, @Param('id') id: string, @Param('case') caseId: string): Promise<PageResult> {
    return this.appealPage(await this.openFor(who, id, caseId, 'appeal'), {});
  }

  @Post('appeal')
  async appeal(
    @Who() who: Who,
    @Param('id') id: string,
    @Param('case') caseId: string,
    @Body() body: unknown,
  ): Promise<PageResult | RedirectResult> {
    const owned = await this.openFor(who, id, caseId, 'appeal');
    const read = await readForm(wordsForm, body);
    if (read.errors) return this.appealPage(owned, read);
    await this.move(owned, 'appeal', read.value.words, who);
    return redirect(pathOf(owned), 303, { notice: 'vetting:owner.appealed' });
  }

  private async move(owned: OwnedCase, move: CaseMove, reason: string | null, who: Who): Promise<void> {
    await this.database.transaction((tx) =>
      this.cases.move(tx, owned.case.id, move, { reason }, who.actor('business_owner')),
    );
  }

  /** @throws CaseHasMovedOn where the business cannot take this step any more */
  private async openFor(who: Who, id: string, caseId: string, step: 'submit' | 'withdraw' | 'appeal') {
    const owned = await this.owned.open(who, id, caseId);
    if (!stepsOf(owned.case, this.clock.today())[step]) throw new CaseHasMovedOn(step, owned.case.state);
    return owned;
  }

  /** What must be there before a case is sent: the first facts, and all of the checks that come first. */
  private async missingOf(owned: OwnedCase): Promise<MissingTask[]> {
    const at = pathOf(owned);
    if (openFacts(owned.programme, owned.case.facts).length > 0)
      return [{ title: 'vetting:owner.facts.title', href: `${at}/about`, parts: [] }];
    const files = (await this.owned.filesOf(owned)).filter(({ rule }) => rule.first);
    return files.flatMap((file) => {
      const parts = missingParts(file);
      const open = file.check.state !== 'answered' && file.check.state !== 'accepted';
      if (!open && parts.length === 0) return [];
      const keys = parts.map((part) => `vetting:owner.missing.${part}`);
      return { title: file.rule.title, href: `${at}/checks/${file.check.key}`, parts: keys };
    });
  }

  private async submitPage(owned: OwnedCase, missing: MissingTask[], status = 200): Promise<PageResult> {
    const { programme, case: sent } = owned;
    const quoted = quoteOf(this.prices, programme, sent);
    const later = (await this.owned.filesOf(owned)).filter((file) => !file.rule.first && missingParts(file).length > 0);
    const model = {
      at: pathOf(owned),
      title: programme.title,
      missing,
      later: later.map(({ rule, check }) => ({ title: rule.title, href: `${pathOf(owned)}/checks/${check.key}` })),
      fees: quoted && feesView(quoted),
    };
    return page('vetting/owner/submit', model, { status });
  }

  private appealPage(owned: OwnedCase, model: PageModel & { errors?: readonly FieldError[] }): PageResult {
    const { decisionWords, appealUntil, state } = owned.case;
    return page('vetting/owner/appeal', {
      ...model,
      at: pathOf(owned),
      state: stateTag(state),
      decision: decisionWords,
      appealUntil,
    });
  }
}

interface MissingTask {
  title: string;
  href: string;
  parts: string[];
}

function isListed({ case: { state } }: OwnedCase): boolean {
  return state === 'approved';
}
