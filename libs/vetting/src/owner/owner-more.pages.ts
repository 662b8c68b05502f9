import { For, Who, WithSecondFactor } from '@carers/access';
import { Database } from '@carers/database';
import { page, type PageModel, type PageResult, readForm, redirect, type RedirectResult } from '@carers/pages';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { Sanctions } from '../cases/sanctions.js';
import { CaseActions } from '../checks/case-actions.js';
import { OutsideClaims } from '../checks/outside-claims.js';
import { ClaimNotPossible, NotInThisCase } from '../vetting.problems.js';
import { pathOf } from './owner-case.pages.js';
import { type OwnedCase, OwnerCases } from './owner-cases.js';
import { claimForm, wordsForm } from './owner.forms.js';
import { Replies } from './replies.js';
import type { RepliedTo } from './vetting-reply.entity.js';

/** What a business tells beside its checks: that another scheme has vetted it, and what it says to what was decided. */
@Controller('business/:id/vetting/:case')
@For('business_owner')
@WithSecondFactor()
export class OwnerMorePages {
  constructor(
    private readonly database: Database,
    private readonly owned: OwnerCases,
    private readonly claims: OutsideClaims,
    private readonly actions: CaseActions,
    private readonly sanctions: Sanctions,
    private readonly replies: Replies,
  ) {}

  @Get('claims/new')
  async blankClaim(@Who() who: Who, @Param('id') id: string, @Param('case') caseId: string): Promise<PageResult> {
    return this.claimPage(await this.withSchemes(who, id, caseId), {});
  }

  @Post('claims/new')
  async claim(
    @Who() who: Who,
    @Param('id') id: string,
    @Param('case') caseId: string,
    @Body() body: unknown,
  ): Promise<PageResult | RedirectResult> {
    const owned = await this.withSchemes(who, id, caseId);
    const read = await readForm(claimForm(owned.programme.outsideSchemes.map(({ key }) => key)), body);
    if (read.errors) return this.claimPage(owned, read);
    try {
      await this.database.transaction((tx) =>
        this.claims.claim(tx, owned.case.id, read.value, who.actor('business_owner')),
      );
    } catch (problem) {
      if (!(problem instanceof ClaimNotPossible)) throw problem;
      const errors = [{ field: 'scheme', message: 'vetting:owner.claim.not-possible' }];
      return this.claimPage(owned, { form: read.form, errors });
    }
    return redirect(pathOf(owned), 303, { notice: 'vetting:owner.claim.made' });
  }

  @Get('replies/:kind/:about')
  async blankReply(
    @Who() who: Who,
    @Param('id') id: string,
    @Param('case') caseId: string,
    @Param('kind') kind: string,
    @Param('about') about: string,
  ): Promise<PageResult> {
    const owned = await this.owned.open(who, id, caseId);
    return this.replyPage(owned, await this.repliedTo(owned, kind, about), {});
  }

  @Post('replies/:kind/:about')
  async reply(
    @Who() who: Who,
    @Param('id') id: string,
    @Param('case') caseId: string,
    @Param('kind') kind: string,
    @Param('about') about: string,
    @Body() body: unknown,
  ): Promise<PageResult | RedirectResult> {
    const owned = await this.owned.open(who, id, caseId);
    const to = await this.repliedTo(owned, kind, about);
    const read = await readForm(wordsForm, body);
    if (read.errors) return this.replyPage(owned, to, read);
    await this.database.transaction((tx) =>
      this.replies.add(tx, owned.case.id, to, read.value.words, who.actor('business_owner')),
    );
    return redirect(pathOf(owned), 303, { notice: 'vetting:owner.replied' });
  }

  private async withSchemes(who: Who, id: string, caseId: string): Promise<OwnedCase> {
    const owned = await this.owned.open(who, id, caseId);
    if (owned.programme.outsideSchemes.length === 0) throw new NotInThisCase();
    return owned;
  }

  private claimPage(owned: OwnedCase, model: PageModel): PageResult {
    const schemes = owned.programme.outsideSchemes.map(({ key, title }) => ({ value: key, label: title }));
    return page('vetting/owner/claim', { ...model, at: pathOf(owned), schemes });
  }

  private replyPage(owned: OwnedCase, { kind, words }: { kind: RepliedTo; words: string }, model: PageModel) {
    return page('vetting/owner/reply', { ...model, at: pathOf(owned), title: `vetting:owner.reply.${kind}`, words });
  }

  /** @throws NotInThisCase */
  private async repliedTo(owned: OwnedCase, kind: string, about: string) {
    if (kind !== 'action' && kind !== 'sanction') throw new NotInThisCase();
    const among: { id: string; words: string }[] =
      kind === 'action' ? await this.actions.of(owned.case.id) : await this.sanctions.of(owned.case.id);
    const found = among.find(({ id }) => id === about);
    if (!found) throw new NotInThisCase();
    return { kind, id: found.id, words: found.words } as const;
  }
}
