import { For, Who } from '@carers/access';
import { Database } from '@carers/database';
import { EvidenceFiles, fileErrors } from '@carers/evidence';
import { Clock, optionalParagraphs } from '@carers/kernel';
import {
  dateBoxes,
  fileOf,
  type FormValues,
  page,
  PageRenderer,
  type PageModel,
  type PageResult,
  readForm,
  redirect,
  TakesFile,
} from '@carers/pages';
import { Body, Controller, Get, Param, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { VettingCases } from '../cases/vetting-cases.js';
import type { SiteVisit, VisitFindings } from '../checks/site-visit.entity.js';
import { SiteVisits } from '../checks/site-visits.js';
import { filesOfVisit } from '../evidence-owners.js';
import { NotInThisCase } from '../vetting.problems.js';
import { CaseAccess, officer } from './case-access.js';
import { filesOf } from './check.view.js';

const answers = ['yes', 'no', 'not_seen'] as const;
/** A form with a photo: the file, and what stands around it. */
const mostBytes = 10_100_000;

const beginForm = z.object({ on: dateBoxes('vetting:errors.visit-date-missing', 'vetting:errors.date-wrong') });
const item = z.object({ found: z.enum(answers).optional(), words: optionalParagraphs({ max: 1_000 }) });
const findingsForm = z.object({ items: z.record(z.string().max(60), item) });

/**
 * A visit, on a phone: one radio list for each item, a note where there is one, photos. Every button saves all that is
 * on the page, and what was saved before stays.
 */
@For('vetting_officer', 'administrator')
@ApiExcludeController()
@Controller('staff/vetting/:id/visits')
export class StaffVisitsPages {
  constructor(
    private readonly access: CaseAccess,
    private readonly cases: VettingCases,
    private readonly visits: SiteVisits,
    private readonly evidence: EvidenceFiles,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly renderer: PageRenderer,
  ) {}

  @Get('new')
  async beginPage(@Who() who: Who, @Param('id') id: string): Promise<PageResult> {
    return this.begins(who, id, { form: { on: this.clock.today() } });
  }

  @Post('new')
  async begin(@Who() who: Who, @Param('id') id: string, @Body() body: unknown) {
    const actor = officer(who);
    await this.access.open(who, id);
    const read = await readForm(beginForm, body);
    if (read.errors) return this.begins(who, id, read);
    const visit = await this.database.transaction((tx) => this.visits.begin(tx, id, read.value.on, actor));
    return redirect(`/staff/vetting/${id}/visits/${visit.id}`);
  }

  @Get(':visit')
  async show(@Req() request: FastifyRequest, @Who() who: Who, @Param('id') id: string, @Param('visit') visit: string) {
    return this.visitPage(request, who, id, visit, {});
  }

  @Post(':visit')
  async save(
    @Req() request: FastifyRequest,
    @Who() who: Who,
    @Param('id') id: string,
    @Param('visit') visitId: string,
    @Body() body: unknown,
  ) {
    const actor = officer(who);
    await this.find(who, id, visitId);
    const read = await readForm(findingsForm, { items: {}, ...(body as object) });
    if (read.errors) return this.visitPage(request, who, id, visitId, read);
    const findings = foundIn(read.value.items);
    await this.database.transaction((tx) => this.visits.find(tx, visitId, findings, actor));
    return redirect(`/staff/vetting/${id}/visits/${visitId}`, 303, { notice: 'vetting:staff.notice.visit-saved' });
  }

  @Post(':visit/photos')
  @TakesFile(mostBytes)
  async photo(
    @Req() request: FastifyRequest,
    @Who() who: Who,
    @Param('id') id: string,
    @Param('visit') visitId: string,
    @Body() body: FormValues,
  ) {
    const actor = officer(who);
    await this.find(who, id, visitId);
    const file = fileOf(body, 'photo');
    const refused = (errors: PageModel['errors']) => this.visitPage(request, who, id, visitId, { errors });
    if (!file) return refused([{ field: 'photo', message: 'vetting:errors.photo-missing' }]);
    try {
      const checked = await this.evidence.examine({ bytes: file });
      await this.database.transaction(async (tx) => {
        await this.visits.open(tx, visitId, actor);
        await this.evidence.save(tx, checked, filesOfVisit(visitId), actor);
      });
    } catch (problem) {
      const errors = fileErrors(problem, 'photo');
      if (!errors) throw problem;
      return refused(errors);
    }
    return redirect(`/staff/vetting/${id}/visits/${visitId}#photos`, 303, {
      notice: 'vetting:staff.notice.photo-kept',
    });
  }

  private async find(who: Who, id: string, visitId: string): Promise<SiteVisit> {
    const found = await this.access.open(who, id);
    const visit = (await this.visits.of(found.id)).find((each) => each.id === visitId);
    if (!visit) throw new NotInThisCase();
    return visit;
  }

  private async begins(who: Who, id: string, model: PageModel): Promise<PageResult> {
    const found = await this.access.open(who, id);
    return page('vetting/staff/visit-new', { ...model, base: `/staff/vetting/${found.id}` });
  }

  private async visitPage(
    request: FastifyRequest,
    who: Who,
    id: string,
    visitId: string,
    model: PageModel,
  ): Promise<PageResult> {
    const visit = await this.find(who, id, visitId);
    const found = await this.cases.get(id);
    const items = (await this.cases.programmeOf(found)).visit?.items ?? [];
    const files = await this.evidence.of([filesOfVisit(visitId)]);
    const words = this.renderer.wordsFor(request);
    return page('vetting/staff/visit', {
      form: { items: shownIn(visit.findings) },
      ...model,
      base: `/staff/vetting/${found.id}`,
      visit: { id: visit.id, visitedOn: visit.visitedOn, changedAt: visit.changedAt },
      items: items.map(({ key, title, hint }) => ({ key, title, hint: hint ?? null })),
      photos: filesOf(filesOfVisit(visitId), { caseId: found.id, files, words }),
      mayAct: who.hasRole('vetting_officer'),
    });
  }
}

/** What was said of items; one without a choice is left as it was. */
function foundIn(items: Record<string, z.infer<typeof item>>): VisitFindings {
  return Object.fromEntries(
    Object.entries(items)
      .filter(([, { found }]) => found !== undefined)
      .map(([key, { found, words }]) => [key, { found: found!, words }]),
  );
}

function shownIn(findings: VisitFindings) {
  return Object.fromEntries(
    Object.entries(findings).map(([key, { found, words }]) => [key, { found, words: words ?? '' }]),
  );
}
