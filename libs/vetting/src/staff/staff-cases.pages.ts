import { For, Who } from '@carers/access';
import { Audit } from '@carers/audit';
import { Database } from '@carers/database';
import { download, EvidenceFiles } from '@carers/evidence';
import { Clock } from '@carers/kernel';
import { page, PageRenderer, type PageModel, type PageResult, readForm, redirect } from '@carers/pages';
import { Body, Controller, Get, Param, Post, Req, Res, type StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CaseNotes } from '../cases/case-notes.js';
import { Conflicts } from '../cases/conflicts.js';
import { tieKinds } from '../cases/conflict-declaration.entity.js';
import { VettingCases } from '../cases/vetting-cases.js';
import { CaseChecks } from '../checks/case-checks.js';
import { NotInThisCase } from '../vetting.problems.js';
import { CaseAccess, officer } from './case-access.js';
import { CaseFileReader } from './case-file.js';
import { caseView } from './case.view.js';
import { noteForm, tieForm } from './staff.forms.js';
import { SiteVisits } from '../checks/site-visits.js';

/** One case on one page, and what is done with it without a further question. */
@For('vetting_officer', 'administrator')
@ApiExcludeController()
@Controller('staff/vetting')
export class StaffCasesPages {
  constructor(
    private readonly access: CaseAccess,
    private readonly file: CaseFileReader,
    private readonly cases: VettingCases,
    private readonly checks: CaseChecks,
    private readonly visits: SiteVisits,
    private readonly notes: CaseNotes,
    private readonly conflicts: Conflicts,
    private readonly evidence: EvidenceFiles,
    private readonly audit: Audit,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly renderer: PageRenderer,
  ) {}

  /** Opening a case is written down as reading it: there are people in it. */
  @Get(':id')
  async show(@Req() request: FastifyRequest, @Who() who: Who, @Param('id') id: string): Promise<PageResult> {
    const found = await this.access.open(who, id);
    await this.audit.note({
      action: 'vetting-case.viewed',
      subject: { kind: 'vetting_case', id: found.id },
      actor: who.actor(),
    });
    return this.casePage(request, who, id, {});
  }

  @Post(':id/take')
  async take(@Who() who: Who, @Param('id') id: string) {
    const actor = officer(who);
    await this.database.transaction((tx) => this.cases.assign(tx, id, who.accountId, actor));
    return redirect(`/staff/vetting/${id}`, 303, { notice: 'vetting:staff.notice.taken' });
  }

  @Post(':id/give-back')
  async giveBack(@Who() who: Who, @Param('id') id: string) {
    const actor = officer(who);
    await this.database.transaction((tx) => this.cases.assign(tx, id, null, actor));
    return redirect(`/staff/vetting/${id}`, 303, { notice: 'vetting:staff.notice.given-back' });
  }

  @Post(':id/notes')
  async note(@Req() request: FastifyRequest, @Who() who: Who, @Param('id') id: string, @Body() body: unknown) {
    const actor = officer(who);
    const read = await readForm(noteForm, body);
    if (read.errors) return this.casePage(request, who, id, read);
    await this.database.transaction((tx) => this.notes.add(tx, id, read.value.words, actor));
    return redirect(`/staff/vetting/${id}#notes`, 303, { notice: 'vetting:staff.notice.noted' });
  }

  @Get(':id/tie')
  async tiePage(@Who() who: Who, @Param('id') id: string): Promise<PageResult> {
    return this.tieForm(who, id, {});
  }

  /** From here on the officer has no part in the case, so this leads back to the queue. */
  @Post(':id/tie')
  async tie(@Who() who: Who, @Param('id') id: string, @Body() body: unknown) {
    const actor = officer(who);
    const read = await readForm(tieForm, body);
    if (read.errors) return this.tieForm(who, id, read);
    const { businessId } = await this.access.open(who, id);
    await this.database.transaction((tx) => this.conflicts.declare(tx, { businessId, ...read.value }, actor));
    return redirect('/staff/vetting', 303, { notice: 'vetting:staff.notice.tied' });
  }

  /** A file of the case, as a download; each is written down as a look of its own. */
  @Get(':id/files/:file')
  async openFile(
    @Who() who: Who,
    @Param('id') id: string,
    @Param('file') fileId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const { id: caseId } = await this.access.open(who, id);
    const file = await this.evidence.get(fileId);
    if (!(await this.belongs(caseId, file.ownerKind, file.ownerId))) throw new NotInThisCase();
    const opened = await this.evidence.open(fileId);
    await this.audit.note({
      action: 'evidence.viewed',
      subject: { kind: 'evidence', id: fileId },
      actor: who.actor(),
      details: { caseId },
    });
    return download(reply, opened);
  }

  private async belongs(caseId: string, kind: string, ownerId: string): Promise<boolean> {
    if (kind === 'vetting_check') return (await this.checks.of(caseId)).some(({ id }) => id === ownerId);
    if (kind === 'site_visit') return (await this.visits.of(caseId)).some(({ id }) => id === ownerId);
    return kind === 'vetting_case' && ownerId === caseId;
  }

  private async casePage(request: FastifyRequest, who: Who, id: string, model: PageModel): Promise<PageResult> {
    const found = await this.access.open(who, id);
    const view = caseView(await this.file.read(found), who, this.renderer.wordsFor(request), this.clock.today());
    return page('vetting/staff/case', { ...model, one: view });
  }

  private async tieForm(who: Who, id: string, model: PageModel): Promise<PageResult> {
    const found = await this.access.open(who, id);
    return page('vetting/staff/tie', { ...model, base: `/staff/vetting/${found.id}`, kinds: tieKinds });
  }
}
