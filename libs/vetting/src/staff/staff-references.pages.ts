import { For, Who } from '@carers/access';
import { Database } from '@carers/database';
import { optionalParagraphs } from '@carers/kernel';
import { page, type PageModel, type PageResult, readForm, redirect } from '@carers/pages';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { z } from 'zod';
import type { VettingCase } from '../cases/vetting-case.entity.js';
import { VettingCases } from '../cases/vetting-cases.js';
import { CaseChecks } from '../checks/case-checks.js';
import { References } from '../checks/references.js';
import type { VettingReference } from '../checks/vetting-reference.entity.js';
import { checkOf } from '../programmes/programme.js';
import { NotInThisCase, RefereeNeedsCall } from '../vetting.problems.js';
import { CaseAccess, officer } from './case-access.js';

/** Customers whom a business named: asked by link, asked again, or rung up. */
@For('vetting_officer', 'administrator')
@ApiExcludeController()
@Controller('staff/vetting/:id/references/:reference')
export class StaffReferencesPages {
  constructor(
    private readonly access: CaseAccess,
    private readonly cases: VettingCases,
    private readonly checks: CaseChecks,
    private readonly references: References,
    private readonly database: Database,
  ) {}

  @Post('ask')
  async ask(@Who() who: Who, @Param('id') id: string, @Param('reference') referenceId: string) {
    const actor = officer(who);
    await this.find(who, id, referenceId);
    try {
      await this.database.transaction((tx) => this.references.request(tx, referenceId, actor));
    } catch (problem) {
      if (!(problem instanceof RefereeNeedsCall)) throw problem;
      return redirect(`/staff/vetting/${id}/references/${referenceId}/call`, 303, {
        notice: 'vetting:staff.notice.needs-call',
      });
    }
    return redirect(`/staff/vetting/${id}#references`, 303, { notice: 'vetting:staff.notice.reference-asked' });
  }

  @Get('call')
  async callPage(@Who() who: Who, @Param('id') id: string, @Param('reference') referenceId: string) {
    return this.call(who, id, referenceId, {});
  }

  @Post('call')
  async tell(@Who() who: Who, @Param('id') id: string, @Param('reference') referenceId: string, @Body() body: unknown) {
    const actor = officer(who);
    const { questions } = await this.find(who, id, referenceId);
    const score = z.enum(['1', '2', '3', '4', '5'], { error: 'vetting:errors.score-missing' });
    const schema = z.object({
      scores: z.object(Object.fromEntries(questions.map(({ key }) => [key, score])), {
        error: 'vetting:errors.score-missing',
      }),
      words: optionalParagraphs({ max: 2_000 }),
    });
    const read = await readForm(schema, { scores: {}, ...(body as object) });
    if (read.errors) return this.call(who, id, referenceId, read);
    const scores = Object.fromEntries(Object.entries(read.value.scores).map(([key, given]) => [key, Number(given)]));
    const answer = { scores, words: read.value.words };
    await this.database.transaction((tx) => this.references.answerByPhone(tx, referenceId, answer, actor));
    return redirect(`/staff/vetting/${id}#references`, 303, { notice: 'vetting:staff.notice.reference-answered' });
  }

  private async find(who: Who, id: string, referenceId: string) {
    const found = await this.access.open(who, id);
    const reference = (await this.references.of(found.id)).find((each) => each.id === referenceId);
    if (!reference) throw new NotInThisCase();
    return { found, reference, questions: await this.questions(found, reference) };
  }

  private async questions(found: VettingCase, { checkId }: VettingReference) {
    const { key } = await this.checks.get(checkId);
    return checkOf(await this.cases.programmeOf(found), key)?.references?.questions ?? [];
  }

  private async call(who: Who, id: string, referenceId: string, model: PageModel): Promise<PageResult> {
    const { found, reference, questions } = await this.find(who, id, referenceId);
    return page('vetting/staff/call', {
      ...model,
      base: `/staff/vetting/${found.id}`,
      reference: { name: reference.name, phone: reference.phone, job: reference.job },
      questions: questions.map(({ key, title, hint }) => ({ name: `scores.${key}`, title, hint: hint ?? null })),
      mayAct: who.hasRole('vetting_officer') && reference.answeredAt === null,
    });
  }
}
