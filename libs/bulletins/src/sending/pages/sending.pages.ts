import { Accounts, For, Who } from '@carers/access';
import { CompositionFaults } from '@carers/composer';
import { Segments } from '@carers/information-service';
import { Clock, line } from '@carers/kernel';
import {
  dateBoxes,
  page,
  type PageModel,
  type PageResult,
  readForm,
  redirect,
  type RedirectResult,
} from '@carers/pages';
import { SchemeService } from '@carers/places';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { z } from 'zod';
import { BulletinContents } from '../../writing/bulletin-contents.js';
import { Bulletins } from '../../writing/bulletins.js';
import { Audience } from '../audience.js';
import { Audiences } from '../audiences.js';
import type { BulletinRow } from '../bulletin-row.js';
import { Estimates } from '../estimates.js';
import { officerIn } from '../officer.js';
import { PrintRuns } from '../print/print-runs.js';
import { ProgressReader } from '../progress.js';
import { ProviderStates } from '../provider-states.js';
import { instantOf, QuietHours } from '../quiet-hours.js';
import { Sendings } from '../sendings.js';
import { audienceView, progressView, timeIn } from './sending.presenter.js';

const audienceForm = z.object({ segment: z.string({ error: 'bulletins:sending.errors.segment' }).min(1) });
const reasonForm = z.object({ reason: line({ max: 300, missing: 'bulletins:sending.errors.reason' }) });
const whenForm = z.object({ when: z.enum(['now', 'later'], { error: 'bulletins:sending.errors.when' }) });
const laterForm = z.object({
  day: dateBoxes('bulletins:sending.errors.day'),
  time: z
    .string()
    .transform((typed) => timeIn(typed))
    .refine((time) => time !== null, { error: 'bulletins:sending.errors.time' }),
});

export const sendingBase = '/staff/information-service/bulletins';

/** Sending a bulletin: for whom and what it costs, the two yeses, and how far it is. */
@ApiExcludeController()
@Controller('staff/information-service/bulletins/:id/send')
@For('carers_service_officer', 'administrator')
export class SendingPages {
  constructor(
    private readonly sendings: Sendings,
    private readonly audiences: Audiences,
    private readonly audience: Audience,
    private readonly estimates: Estimates,
    private readonly contents: BulletinContents,
    private readonly bulletins: Bulletins,
    private readonly segments: Segments,
    private readonly progress: ProgressReader,
    private readonly providers: ProviderStates,
    private readonly quiet: QuietHours,
    private readonly prints: PrintRuns,
    private readonly schemes: SchemeService,
    private readonly accounts: Accounts,
    private readonly clock: Clock,
  ) {}

  @Get()
  async show(@Who() who: Who, @Param('id') id: string): Promise<PageResult> {
    return this.view(who, id);
  }

  /** Whom it is for: everybody on the list, or a saved segment as it is now. */
  @Post('audience')
  async choose(@Who() who: Who, @Param('id') id: string, @Body() body: unknown): Promise<PageResult | RedirectResult> {
    const read = await readForm(audienceForm, body);
    if (read.errors) return this.view(who, id, read);
    await this.audiences.choose(id, read.value.segment, officerIn(who));
    return redirect(`${sendingBase}/${id}/send`);
  }

  /** The first officer's yes. */
  @Post('confirm')
  async confirm(@Who() who: Who, @Param('id') id: string, @Body() body: unknown): Promise<PageResult | RedirectResult> {
    const read = await readForm(whenForm, body);
    if (read.errors) return this.view(who, id, read);
    let startsAt: Date | null = null;
    if (read.value.when === 'later') {
      const later = await readForm(laterForm, body);
      if (later.errors) return this.view(who, id, later);
      startsAt = instantOf(later.value.day, later.value.time!);
      if (startsAt <= this.clock.now())
        return this.view(who, id, {
          form: later.form,
          errors: [{ field: 'day', message: 'bulletins:sending.errors.past' }],
        });
    }
    const state = await this.sendings.confirm(id, startsAt, officerIn(who));
    return this.back(id, state === 'scheduled' ? 'confirmed' : 'wants-second');
  }

  /** The second officer's. */
  @Post('approve')
  async approve(@Who() who: Who, @Param('id') id: string): Promise<RedirectResult> {
    await this.sendings.approve(id, officerIn(who));
    return this.back(id, 'approved');
  }

  @Post('send-back')
  async sendBack(
    @Who() who: Who,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Promise<PageResult | RedirectResult> {
    const read = await readForm(reasonForm, body);
    if (read.errors) return this.view(who, id, read);
    await this.sendings.sendBack(id, read.value.reason, officerIn(who));
    return this.back(id, 'sent-back');
  }

  @Post('pause')
  async pause(@Who() who: Who, @Param('id') id: string): Promise<RedirectResult> {
    await this.sendings.pause(id, officerIn(who));
    return this.back(id, 'paused');
  }

  @Post('resume')
  async resume(@Who() who: Who, @Param('id') id: string): Promise<RedirectResult> {
    await this.sendings.resume(id, officerIn(who));
    return this.back(id, 'resumed');
  }

  @Post('cancel')
  async cancel(@Who() who: Who, @Param('id') id: string, @Body() body: unknown): Promise<PageResult | RedirectResult> {
    const read = await readForm(reasonForm, body);
    if (read.errors) return this.view(who, id, read);
    await this.sendings.cancel(id, read.value.reason, officerIn(who));
    return this.back(id, 'cancelled');
  }

  /** Another try for batches that gave up. */
  @Post('retry')
  async retry(@Who() who: Who, @Param('id') id: string): Promise<RedirectResult> {
    await this.sendings.retryFailed(id, officerIn(who));
    return this.back(id, 'retried');
  }

  private back(id: string, notice: string): RedirectResult {
    return redirect(`${sendingBase}/${id}/send`, 303, { notice: `bulletins:sending.notices.${notice}` });
  }

  private async view(who: Who, id: string, typed: PageModel = {}): Promise<PageResult> {
    const officer = officerIn(who);
    const bulletin = await this.sendings.one(id, officer);
    const plan = await this.sendings.planOf(id);
    const sending = plan?.startedAt !== null && plan !== null && bulletin.state !== 'draft';
    return page('bulletins/staff/sending/send', {
      id,
      bulletin,
      state: `bulletins:states.${bulletin.state}`,
      plan: plan && {
        ...plan,
        confirmedBy: await this.nameOf(plan.confirmedBy),
        approvedBy: plan.approvedBy && (await this.nameOf(plan.approvedBy)),
      },
      mine: plan?.confirmedBy === officer.accountId,
      fourEyesOver: (await this.schemes.policyOn()).bulletins.fourEyesOver,
      ...(sending ? await this.underWay(bulletin) : await this.planned(bulletin)),
      ...typed,
    });
  }

  /** Before it starts: for whom, and what it would cost. */
  private async planned(bulletin: BulletinRow): Promise<PageModel> {
    const segments = await this.segments.list([bulletin.carersServiceId]);
    const choices = [
      { value: 'everybody', label: 'bulletins:sending.everybody' },
      ...segments.map(({ id: value, name: text }) => ({ value, text })),
    ];
    if (!bulletin.segment) return { segments: choices };
    const counted = await this.audience.count(bulletin);
    try {
      const written = await this.bulletins.one(bulletin.id, null);
      const frozen = bulletin.state === 'draft' ? this.contents.asWritten(written) : this.contents.frozen(bulletin.id);
      const estimate = await this.estimates.of(await frozen, counted);
      const chosen = segments.find(({ filter }) => JSON.stringify(filter) === JSON.stringify(bulletin.segment));
      return {
        segments: choices,
        audience: audienceView(counted, estimate),
        form: { segment: chosen?.id ?? 'everybody', when: 'now' },
        quietUntil: counted.byChannel.text > 0 ? await this.quiet.endsAt() : null,
      };
    } catch (error) {
      if (!(error instanceof CompositionFaults)) throw error;
      return { segments: choices, audience: audienceView(counted, null), faults: true };
    }
  }

  /** From the start on: how far it is. */
  private async underWay(bulletin: BulletinRow): Promise<PageModel> {
    const [progress, away, run] = await Promise.all([
      this.progress.of(bulletin.id),
      this.providers.away(),
      this.prints.of(bulletin.id),
    ]);
    const now = this.clock.now();
    return {
      progress: progressView(progress),
      away: bulletin.state === 'sending' ? away : [],
      quietUntil: bulletin.state === 'sending' ? await this.quiet.endsAt() : null,
      run: run && {
        ...run,
        fileThere: run.fileUntil !== null && run.fileUntil > now,
        // Of one that was cancelled nothing is to be posted.
        printed: run.sha256 !== null && (run.state === 'sent' || bulletin.state !== 'cancelled'),
        outdated: bulletin.state === 'cancelled' ? 0 : await this.prints.outdatedLately(run),
      },
    };
  }

  private async nameOf(accountId: string): Promise<string> {
    return (await this.accounts.card(accountId)).name;
  }
}
