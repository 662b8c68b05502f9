import { For, Limits, Who, WithSecondFactor } from '@carers/access';
import { Audit } from '@carers/audit';
import { Database } from '@carers/database';
import {
  download,
  type EvidenceFile,
  EvidenceFiles,
  EvidenceNotFound,
  fileErrors,
  MOST_FILE_BYTES,
} from '@carers/evidence';
import { fileOf, page, type PageResult, redirect, type RedirectResult, TakesFile } from '@carers/pages';
import { Body, Controller, Get, Param, Post, Res, type StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CaseChecks } from '../checks/case-checks.js';
import { CaseLedger } from '../cases/case-ledger.js';
import { answerableStates, mustBeIn } from '../checks/case-states.js';
import { VettingCheck } from '../checks/vetting-check.entity.js';
import { filesOfCheck } from '../evidence-owners.js';
import { CheckHasMovedOn, TooManyEntries } from '../vetting.problems.js';
import { type CheckFile, mayRemove } from './check-file.js';
import { pathOf } from './owner-case.pages.js';
import { type OwnedCase, OwnerCases } from './owner-cases.js';
import { checkModel } from './owner-check.pages.js';

/** Papers for one check, the refused ones not counted. */
const mostFiles = 20;

/** What a business sends to show something: each file by itself, kept when it has passed. */
@Controller('business/:id/vetting/:case/checks/:check/files')
@For('business_owner')
@WithSecondFactor()
export class OwnerEvidencePages {
  constructor(
    private readonly database: Database,
    private readonly owned: OwnerCases,
    private readonly ledger: CaseLedger,
    private readonly checks: CaseChecks,
    private readonly files: EvidenceFiles,
    private readonly audit: Audit,
    private readonly limits: Limits,
  ) {}

  @Post()
  @TakesFile(MOST_FILE_BYTES + 100_000)
  async send(
    @Who() who: Who,
    @Param('id') id: string,
    @Param('case') caseId: string,
    @Param('check') key: string,
    @Body() body: unknown,
  ): Promise<PageResult | RedirectResult> {
    const { owned, file } = await this.open(who, id, caseId, key);
    mustBeIn(owned.case, answerableStates);
    if (file.files.filter(({ state }) => state !== 'refused').length >= mostFiles) throw new TooManyEntries(mostFiles);
    const upload = fileOf(body, 'file');
    if (!upload) return this.checkPage(owned, key, [{ field: 'file', message: 'vetting:owner.file-missing' }]);
    await this.limits.count('evidence-upload', owned.case.id);
    try {
      const checked = await this.files.examine({ bytes: upload });
      await this.database.transaction(async (tx) => {
        mustBeIn(await this.ledger.locked(tx, owned.case.id), answerableStates);
        await this.files.save(tx, checked, filesOfCheck(file.check.id), who.actor('business_owner'));
        await this.lookAgain(tx, owned, file, who);
      });
    } catch (problem) {
      const errors = fileErrors(problem);
      if (!errors) throw problem;
      return this.checkPage(owned, key, errors);
    }
    return redirect(`${pathOf(owned)}/checks/${key}#evidence`, 303, { notice: 'vetting:owner.file-kept' });
  }

  @Get(':file')
  async download(
    @Who() who: Who,
    @Param('id') id: string,
    @Param('case') caseId: string,
    @Param('check') key: string,
    @Param('file') fileId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const { file } = await this.open(who, id, caseId, key);
    const { id: known } = fileIn(file, fileId);
    const opened = await this.files.open(known);
    await this.audit.note({
      action: 'evidence.opened',
      subject: { kind: 'evidence', id: known },
      actor: who.actor('business_owner'),
    });
    return download(reply, opened);
  }

  @Post(':file/remove')
  async remove(
    @Who() who: Who,
    @Param('id') id: string,
    @Param('case') caseId: string,
    @Param('check') key: string,
    @Param('file') fileId: string,
  ): Promise<RedirectResult> {
    const { owned, file } = await this.open(who, id, caseId, key);
    const found = fileIn(file, fileId);
    await this.database.transaction(async (tx) => {
      const { state } = await this.ledger.locked(tx, owned.case.id);
      // As it is now: an officer may have accepted it while this waited for the case.
      const check = await tx.findOneByOrFail(VettingCheck, { id: file.check.id });
      if (!mayRemove(found, check, state)) throw new CheckHasMovedOn();
      await this.files.erase(tx, found.id, 'taken back', who.actor('business_owner'));
    });
    return redirect(`${pathOf(owned)}/checks/${key}#evidence`, 303, { notice: 'vetting:owner.file-removed' });
  }

  /** A paper for what was accepted is its renewal: an officer looks at it while the old one still holds. */
  private async lookAgain(tx: Parameters<CaseChecks['answer']>[0], owned: OwnedCase, file: CheckFile, who: Who) {
    const check = await tx.findOneByOrFail(VettingCheck, { id: file.check.id });
    if (check.state !== 'accepted' || check.renewing || !check.answer) return;
    await this.checks.answer(tx, owned.case.id, check.key, check.answer, who.actor('business_owner'));
  }

  private async open(
    who: Who,
    id: string,
    caseId: string,
    key: string,
  ): Promise<{ owned: OwnedCase; file: CheckFile }> {
    const owned = await this.owned.open(who, id, caseId);
    return { owned, file: await this.owned.fileOf(owned, key) };
  }

  private async checkPage(owned: OwnedCase, key: string, errors: { field: string; message: string }[]) {
    return page('vetting/owner/check', await checkModel(this.owned, owned, key, { errors }));
  }
}

/** @throws EvidenceNotFound for a file that is not of this check */
function fileIn({ files }: CheckFile, id: string): EvidenceFile {
  const found = files.find((file) => file.id === id);
  if (!found) throw new EvidenceNotFound();
  return found;
}
