import { For, Who } from '@carers/access';
import { Audit } from '@carers/audit';
import { Database } from '@carers/database';
import { page, PageRenderer, type PageModel, type PageResult, readForm, redirect } from '@carers/pages';
import { Body, Controller, Get, Param, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { CaseChecks } from '../checks/case-checks.js';
import { checkOf, type ProgrammeCheck } from '../programmes/programme.js';
import { CaseNotReady, NotInThisCase, ValidityNotPossible } from '../vetting.problems.js';
import { CaseAccess, officer } from './case-access.js';
import { CaseFileReader } from './case-file.js';
import { caseView } from './case.view.js';
import { RegisterLooks } from './register-looks.js';
import { acceptForm, lookForm, rejectForm } from './staff.forms.js';
import { Clock } from '@carers/kernel';

/** One check with its answers and evidence: accepted until a day, or sent back. */
@For('vetting_officer', 'administrator')
@ApiExcludeController()
@Controller('staff/vetting/:id/checks/:check')
export class StaffChecksPages {
  constructor(
    private readonly access: CaseAccess,
    private readonly file: CaseFileReader,
    private readonly checks: CaseChecks,
    private readonly looks: RegisterLooks,
    private readonly audit: Audit,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly renderer: PageRenderer,
  ) {}

  @Get()
  async show(@Req() request: FastifyRequest, @Who() who: Who, @Param('id') id: string, @Param('check') check: string) {
    const shown = await this.checkPage(request, who, id, check, {});
    await this.audit.note({
      action: 'vetting-check.viewed',
      subject: { kind: 'vetting_case', id },
      actor: who.actor(),
      details: { check },
    });
    return shown;
  }

  @Post('accept')
  async accept(
    @Req() request: FastifyRequest,
    @Who() who: Who,
    @Param('id') id: string,
    @Param('check') check: string,
    @Body() body: unknown,
  ) {
    const actor = officer(who);
    await this.mustBelong(who, id, check);
    const read = await readForm(acceptForm, body);
    if (read.errors) return this.checkPage(request, who, id, check, read);
    const { until, note } = read.value;
    try {
      // Left empty, the day follows from the programme.
      await this.database.transaction((tx) =>
        this.checks.accept(tx, check, { validUntil: until ?? undefined, note }, actor),
      );
    } catch (problem) {
      if (!(problem instanceof ValidityNotPossible || problem instanceof CaseNotReady)) throw problem;
      const message = problem instanceof CaseNotReady ? problem.missing[0]! : 'vetting:problems.validity-not-possible';
      return this.checkPage(request, who, id, check, { form: read.form, errors: [{ field: 'until', message }] });
    }
    return redirect(`/staff/vetting/${id}#check-${check}`, 303, { notice: 'vetting:staff.notice.accepted' });
  }

  @Post('reject')
  async reject(
    @Req() request: FastifyRequest,
    @Who() who: Who,
    @Param('id') id: string,
    @Param('check') check: string,
    @Body() body: unknown,
  ) {
    const actor = officer(who);
    await this.mustBelong(who, id, check);
    const read = await readForm(rejectForm, body);
    if (read.errors) return this.checkPage(request, who, id, check, read);
    await this.database.transaction((tx) => this.checks.reject(tx, check, read.value.reason, actor));
    return redirect(`/staff/vetting/${id}#check-${check}`, 303, { notice: 'vetting:staff.notice.rejected' });
  }

  /** A look at a register by hand: what, where, when, and what was there. */
  @Post('looks')
  async look(
    @Req() request: FastifyRequest,
    @Who() who: Who,
    @Param('id') id: string,
    @Param('check') check: string,
    @Body() body: unknown,
  ) {
    const actor = officer(who);
    await this.mustBelong(who, id, check);
    const read = await readForm(lookForm, body);
    if (read.errors) return this.checkPage(request, who, id, check, read);
    const { looked, ...look } = read.value;
    if (looked > this.clock.today()) {
      const errors = [{ field: 'looked', message: 'vetting:errors.date-wrong' }];
      return this.checkPage(request, who, id, check, { form: read.form, errors });
    }
    await this.database.transaction((tx) =>
      this.looks.note(tx, id, { ...look, checkId: check, lookedOn: looked }, actor),
    );
    return redirect(`/staff/vetting/${id}/checks/${check}`, 303, { notice: 'vetting:staff.notice.looked' });
  }

  private async mustBelong(who: Who, id: string, checkId: string): Promise<void> {
    const found = await this.access.open(who, id);
    if ((await this.checks.get(checkId)).caseId !== found.id) throw new NotInThisCase();
  }

  private async checkPage(
    request: FastifyRequest,
    who: Who,
    id: string,
    checkId: string,
    model: PageModel,
  ): Promise<PageResult> {
    const found = await this.access.open(who, id);
    const file = await this.file.read(found);
    const one = caseView(file, who, this.renderer.wordsFor(request), this.clock.today());
    const check = one.checks.find((each) => each.id === checkId);
    if (!check) throw new NotInThisCase();
    const rule = checkOf(file.programme, check.key)!;
    return page('vetting/staff/check', {
      ...model,
      one,
      check,
      ...until(rule.lasts),
    });
  }
}

/** What happens where no day is given. */
function until(lasts: ProgrammeCheck['lasts']) {
  if (lasts === 'always') return { untilKey: 'vetting:staff.check.until-always', months: 0 };
  return 'months' in lasts
    ? { untilKey: 'vetting:staff.check.until-months', months: lasts.months }
    : { untilKey: 'vetting:staff.check.until-answer', months: 0 };
}
