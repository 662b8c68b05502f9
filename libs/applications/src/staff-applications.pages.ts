import { For, Who } from '@carers/access';
import { Audit } from '@carers/audit';
import { Database } from '@carers/database';
import { isUuid } from '@carers/kernel';
import { page, type PageModel, PageRenderer, readForm, redirect } from '@carers/pages';
import { SchemeService } from '@carers/places';
import { Body, Controller, Get, Param, Post, Query, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Application, declineReasons } from './application.entity.js';
import { answerRows, servedBy } from './application.presenter.js';
import { AskForm, DeclineForm, ReasonForm } from './applications.forms.js';
import { ApplicationNotFound } from './applications.problems.js';
import { Decisions } from './decisions.js';
import { Intake } from './intake.js';
import { Matches } from './matches.js';
import { type Pile, piles, Queue } from './queue.js';
import { shownReference } from './reference.js';
import { stepsFor } from './steps.js';

type QueryParams = Record<string, unknown>;

/** The registrar's desk: the queue, and one application with everything needed to decide. */
@For('registrar', 'administrator')
@ApiExcludeController()
@Controller('staff/applications')
export class StaffApplicationsPages {
  constructor(
    private readonly queue: Queue,
    private readonly decisions: Decisions,
    private readonly matches: Matches,
    private readonly intake: Intake,
    private readonly scheme: SchemeService,
    private readonly audit: Audit,
    private readonly database: Database,
    private readonly renderer: PageRenderer,
  ) {}

  @Get()
  async list(@Query() query: QueryParams) {
    const regions = await this.scheme.regions();
    const pile: Pile = piles.find((each) => each === query['state']) ?? 'submitted';
    const region = regions.find(({ slug }) => slug === query['region']);
    const search = (typeof query['q'] === 'string' ? query['q'] : '').trim().slice(0, 100);
    const waitingDays = [3, 7, 14].find((days) => String(days) === query['waiting']) ?? 0;
    const cursor = typeof query['cursor'] === 'string' ? query['cursor'] : null;
    const filter = { pile, regionId: region?.id ?? null, waitingDays, search: search || null, cursor };
    const [{ rows, next }, counts] = await Promise.all([this.queue.page(filter), this.queue.counts()]);
    return page('applications/staff/queue', {
      pile,
      piles: piles.map((each) => ({ name: each, count: counts[each], current: each === pile })),
      form: { q: search, region: region?.slug, waiting: waitingDays ? String(waitingDays) : '' },
      regions: regions.map(({ slug, name }) => ({ value: slug, text: name })),
      rows: rows.map((row) => ({
        ...row,
        reference: shownReference(row.reference),
        region: regions.find(({ id }) => id === row.regionId)?.name,
      })),
      next,
      filtered: Boolean(search || region || waitingDays),
    });
  }

  /** Opening somebody's application is written down as reading their record. */
  @Get(':id')
  async show(@Req() request: FastifyRequest, @Param('id') id: string, @Who() who: Who) {
    const application = await this.find(id);
    const matches = await this.matches.of(application);
    const records = await this.matches.recordsOf(matches);
    await this.audit.note({
      action: 'person.viewed',
      subject: { kind: 'application', id },
      actor: who.actor('registrar'),
      details: { matches: matches.map((match) => match.id) },
    });
    const { answers, state } = application;
    const words = this.renderer.wordsFor(request);
    const context = await this.intake.context(application.locale);
    const history = await this.audit.historyOf({ kind: 'application', id }, 50);
    const waits = state === 'submitted' || state === 'more_information';
    return page('applications/staff/application', {
      application,
      renewal: application.kind === 'renewal',
      id,
      reference: shownReference(application.reference),
      own: {
        birthDate: answers.birthDate,
        address: [...answers.address!.lines, answers.address!.postcode].join(', '),
        contact: [answers.contact!.email, answers.contact!.mobile].filter(Boolean).join(', '),
      },
      rows: answerRows(answers, stepsFor(answers, context), words, false),
      matches: matches.map((match) => ({
        ...match,
        kindKey: key(`kind.${match.kind === 'cardholder' && !match.hasCard ? 'without-card' : match.kind}`),
        record: records.get(match.id),
        percent: Math.round(match.likeness * 100),
      })),
      waits,
      canAsk: state === 'submitted',
      appealOpen: application.appealOpen,
      appealIsOthers: application.decidedBy === who.accountId,
      history: history.map(({ action, happenedAt, actorKind, reason }) => ({
        fact: action.split('.')[1],
        happenedAt,
        actorKind,
        reason,
      })),
      ...servedBy(answers, await this.scheme.current()),
    });
  }

  @Post(':id/approve')
  async approve(@Param('id') id: string, @Who() who: Who) {
    await this.decisions.approve(known(id), who.actor('registrar'));
    return redirect(`/staff/applications/${id}`, 303, { notice: 'applications:staff.approved' });
  }

  @Get(':id/ask')
  async askPage(@Param('id') id: string) {
    return this.decisionPage('ask', await this.find(id), {});
  }

  @Post(':id/ask')
  async ask(@Param('id') id: string, @Body() body: unknown, @Who() who: Who) {
    const read = await readForm(AskForm, body);
    if (read.errors) return this.decisionPage('ask', await this.find(id), read);
    await this.decisions.ask(known(id), read.value.question!, who.actor('registrar'));
    return redirect(`/staff/applications/${id}`, 303, { notice: 'applications:staff.asked' });
  }

  @Get(':id/decline')
  async declinePage(@Param('id') id: string) {
    return this.decisionPage('decline', await this.find(id), {});
  }

  @Post(':id/decline')
  async decline(@Param('id') id: string, @Body() body: unknown, @Who() who: Who) {
    const read = await readForm(DeclineForm, body);
    if (read.errors) return this.decisionPage('decline', await this.find(id), read);
    await this.decisions.decline(known(id), read.value.reason, read.value.words!, who.actor('registrar'));
    return redirect(`/staff/applications/${id}`, 303, { notice: 'applications:staff.declined' });
  }

  @Get(':id/appeal')
  async appealPage(@Param('id') id: string) {
    return this.decisionPage('appeal', await this.find(id), {});
  }

  @Post(':id/appeal')
  async appeal(@Param('id') id: string, @Body() body: Record<string, unknown>, @Who() who: Who) {
    const read = await readForm(ReasonForm, body);
    if (read.errors) return this.decisionPage('appeal', await this.find(id), read);
    const actor = who.actor('registrar');
    if (body['decision'] === 'allow') await this.decisions.overturn(known(id), actor, read.value.reason!);
    else await this.decisions.uphold(known(id), actor, read.value.reason!);
    return redirect(`/staff/applications/${id}`, 303, { notice: 'applications:staff.appeal-decided' });
  }

  @Post(':id/withdraw')
  async withdraw(@Param('id') id: string, @Who() who: Who) {
    await this.decisions.withdraw(known(id), who.actor('registrar'));
    return redirect(`/staff/applications/${id}`, 303, { notice: 'applications:staff.withdrawn' });
  }

  @Post(':id/matches/:matchId/dismiss')
  async dismiss(@Param('id') id: string, @Param('matchId') matchId: string, @Who() who: Who) {
    await this.decisions.dismissMatch(known(id), known(matchId), who.actor('registrar'));
    return redirect(`/staff/applications/${id}`, 303, { notice: 'applications:staff.match-dismissed' });
  }

  @Post(':id/matches/:matchId/same')
  async same(@Param('id') id: string, @Param('matchId') matchId: string, @Who() who: Who) {
    await this.decisions.closeAsKnown(known(id), known(matchId), who.actor('registrar'));
    return redirect(`/staff/applications/${id}`, 303, { notice: 'applications:staff.closed-as-known' });
  }

  @Post(':id/matches/:matchId/approve')
  async approveAs(@Param('id') id: string, @Param('matchId') matchId: string, @Who() who: Who) {
    await this.decisions.approveAs(known(id), known(matchId), who.actor('registrar'));
    return redirect(`/staff/applications/${id}`, 303, { notice: 'applications:staff.approved' });
  }

  private decisionPage(name: 'ask' | 'decline' | 'appeal', application: Application, shown: PageModel) {
    return page(`applications/staff/${name}`, {
      ...shown,
      id: application.id,
      reference: shownReference(application.reference),
      first: application.firstName,
      last: application.lastName,
      reasons: declineReasons,
      appealWords: application.appealWords,
    });
  }

  /** @throws ApplicationNotFound for drafts too: nobody reads what was not sent */
  private async find(id: string): Promise<Application> {
    const application = await this.database.reader.findOneBy(Application, { id: known(id) });
    if (!application?.submittedAt) throw new ApplicationNotFound();
    return application;
  }
}

function key(rest: string): string {
  return `applications:staff.one.${rest}`;
}

function known(id: string): string {
  if (!isUuid(id)) throw new ApplicationNotFound();
  return id;
}
