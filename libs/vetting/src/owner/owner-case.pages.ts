import { For, SecondFactor, Who } from '@carers/access';
import { Database } from '@carers/database';
import { Clock } from '@carers/kernel';
import { type Invoice, Invoices } from '@carers/payments';
import { page, type PageModel, type PageResult, redirect, type RedirectResult } from '@carers/pages';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { Accreditations } from '../cases/accreditations.js';
import { shownCaseReference } from '../cases/case-reference.js';
import { Sanctions } from '../cases/sanctions.js';
import { VettingCases } from '../cases/vetting-cases.js';
import { CaseActions } from '../checks/case-actions.js';
import { aboutCase } from '../fees/fee-invoices.js';
import { Quotation } from '../fees/quotation.service.js';
import { CaseHasMovedOn } from '../vetting.problems.js';
import {
  actionView,
  factsTask,
  feesView,
  historyView,
  quoteOf,
  sanctionView,
  stateTag,
  stepsOf,
  taskView,
} from './case.presenter.js';
import { mayAnswer } from './check-file.js';
import { type OwnedCase, OwnerCases } from './owner-cases.js';
import { answersForm, readAnswers } from './question-form.js';
import { questionViews } from './question.presenter.js';
import { Replies } from './replies.js';

/** A case as a list of tasks, and what the business says of itself first. */
@Controller('business/:id/vetting/:case')
@For('business_owner')
export class OwnerCasePages {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly owned: OwnerCases,
    private readonly cases: VettingCases,
    private readonly actions: CaseActions,
    private readonly sanctions: Sanctions,
    private readonly accreditations: Accreditations,
    private readonly replies: Replies,
    private readonly prices: Quotation,
    private readonly invoices: Invoices,
    private readonly secondFactor: SecondFactor,
  ) {}

  @Get()
  async show(@Who() who: Who, @Param('id') id: string, @Param('case') caseId: string): Promise<PageResult> {
    const owned = await this.owned.open(who, id, caseId);
    const { business, case: shown, programme } = owned;
    const [files, actions, sanctions, accreditations, replies, history, invoices] = await Promise.all([
      this.owned.filesOf(owned),
      this.actions.of(shown.id),
      this.sanctions.of(shown.id),
      this.accreditations.ofBusiness(business.id),
      this.replies.of(shown.id),
      this.cases.historyOf(shown.id),
      this.invoices.ofAbout({ kind: aboutCase, id: shown.id }),
    ]);
    const accreditation = accreditations.find(({ caseId: of }) => of === shown.id);
    const at = pathOf(owned);
    const today = this.clock.today();
    const quoted = quoteOf(this.prices, programme, shown);
    return page('vetting/owner/case', {
      id: business.id,
      at,
      business: business.name,
      title: programme.title,
      reference: shownCaseReference(shown.reference),
      state: { tag: stateTag(shown.state), text: `vetting:owner.states.${shown.state}.text` },
      steps: stepsOf(shown, today),
      payHref: payHref(business.id, invoices),
      appealUntil: shown.appealUntil,
      facts: factsTask(programme, shown, at),
      tasks: files.map((file) => taskView(file, at, shown.state, today)),
      mayClaim: mayAnswer(shown.state) && programme.outsideSchemes.length > 0,
      actions: actions.map((action) => actionView(action, replies, at, today)),
      sanctions: sanctions.map((sanction) => sanctionView(sanction, replies, at)),
      decision: ['refused', 'suspended', 'removed', 'approved'].includes(shown.state) ? shown.decisionWords : null,
      conditions: shown.conditions,
      accreditation: accreditation && {
        from: accreditation.validFrom,
        until: accreditation.validUntil,
        ended: accreditation.endedAt !== null,
      },
      fees: quoted && feesView(quoted),
      history: historyView(history),
      locked: !who.secondFactor,
      needsSetUp: !who.secondFactor && !(await this.secondFactor.isSet(who.accountId)),
    });
  }

  @Get('about')
  async about(@Who() who: Who, @Param('id') id: string, @Param('case') caseId: string): Promise<PageResult> {
    const owned = await this.owned.open(who, id, caseId);
    mustBeDraft(owned);
    return this.aboutPage(owned, { form: answersForm(owned.programme.facts, owned.case.facts) });
  }

  @Post('about')
  async saveAbout(
    @Who() who: Who,
    @Param('id') id: string,
    @Param('case') caseId: string,
    @Body() body: unknown,
  ): Promise<PageResult | RedirectResult> {
    const owned = await this.owned.open(who, id, caseId);
    const read = await readAnswers(owned.programme.facts, body);
    if (read.errors) return this.aboutPage(owned, read);
    await this.database.transaction((tx) =>
      this.cases.tellFacts(tx, owned.case.id, read.value, who.actor('business_owner')),
    );
    return redirect(pathOf(owned), 303, { notice: 'vetting:owner.saved' });
  }

  private aboutPage(owned: OwnedCase, model: PageModel): PageResult {
    const questions = questionViews(owned.programme.facts);
    return page('vetting/owner/about', { ...model, at: pathOf(owned), questions, title: owned.programme.title });
  }
}

/** Where a case lies. */
export function pathOf({ case: { id, businessId } }: Pick<OwnedCase, 'case'>): string {
  return `/business/${businessId}/vetting/${id}`;
}

/** The invoice that waits to be paid, the oldest first. */
function payHref(businessId: string, invoices: readonly Invoice[]): string | null {
  const open = invoices.find(({ state }) => state === 'open');
  return open ? `/business/${businessId}/payments/${open.id}` : null;
}

/** @throws CaseHasMovedOn */
function mustBeDraft({ case: { state } }: OwnedCase): void {
  if (state !== 'draft') throw new CaseHasMovedOn(null, state);
}
