import { Limits } from '@carers/access';
import {
  answersOf,
  Branches,
  Businesses,
  BusinessTerms,
  Categories,
  type JoinDraft,
  JoinDraftNotFound,
  JoinDrafts,
  postcodeErrors,
} from '@carers/businesses';
import type { FieldError } from '@carers/kernel';
import { page, PageNotFound, type PageResult, Public, readForm, redirect, type RedirectResult } from '@carers/pages';
import { Settings } from '@carers/settings';
import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { OfferForm } from '../offer-form.js';
import { OfferWording } from '../offer-wording.js';
import {
  type Answers,
  isStep,
  isTrade,
  mayOpen,
  nextStep,
  type Step,
  stepForms,
  visitedPlaceForm,
} from './join-flow.js';
import { branchOf, JoinSubmission } from './join-submission.js';
import { checkModel, formOf, stepModel } from './join.presenter.js';

const root = '/for-business/join';

/** A business joins: one question a page, each answer saved when it is given, no account needed until the end. */
@Public()
@Controller('for-business/join')
export class JoinPages {
  private readonly cookie: string;

  constructor(
    private readonly settings: Settings,
    private readonly drafts: JoinDrafts,
    private readonly submission: JoinSubmission,
    private readonly businesses: Businesses,
    private readonly branches: Branches,
    private readonly categories: Categories,
    private readonly terms: BusinessTerms,
    private readonly wording: OfferWording,
    private readonly limits: Limits,
  ) {
    this.cookie = settings.https ? '__Host-join' : 'join';
  }

  /** Goes on where somebody stopped. Who comes by a leaflet brings its code, which is kept until it is asked for. */
  @Get()
  async goOn(@Req() request: FastifyRequest, @Query('from') from?: unknown): Promise<RedirectResult> {
    const draft = await this.unsent(request);
    const code = leafletIn(from);
    if (!draft) return redirect(code ? `${root}/name?from=${code}` : `${root}/name`);
    if (code) await this.drafts.save(draft.id, { from: code });
    return redirect(await this.onwards(draft));
  }

  @Get('check')
  async check(@Req() request: FastifyRequest): Promise<PageResult | RedirectResult> {
    const draft = await this.unsent(request);
    const to = await this.onwards(draft);
    if (to !== `${root}/check`) return redirect(to);
    const answers = answersIn(draft);
    const placed = await this.branches.place(branchOf(answers));
    return page('offers/join/check', checkModel(answers, placed, this.wording.of(answers.offer!)));
  }

  @Post('check')
  async send(@Req() request: FastifyRequest): Promise<RedirectResult> {
    const draft = await this.current(request);
    if (!draft) return redirect(root);
    const outcome = await this.submission.send(draft);
    return redirect(outcome === 'incomplete' ? root : `${root}/done`);
  }

  @Get('done')
  async done(@Req() request: FastifyRequest): Promise<PageResult | RedirectResult> {
    const draft = await this.current(request);
    if (!draft?.businessId) return redirect(root);
    const { name, worksInHomes } = await this.businesses.get(draft.businessId);
    return page('offers/join/done', { name, trade: worksInHomes });
  }

  /** The link with which to go on elsewhere. It is shown to the browser that holds its secret, and to nobody else. */
  @Get('later')
  async later(@Req() request: FastifyRequest): Promise<PageResult> {
    const draft = await this.unsent(request);
    const link = draft && `${this.settings.publicUrl}${root}/resume/${request.cookies[this.cookie]}`;
    return page('offers/join/later', { link, days: JoinDrafts.days });
  }

  /**
   * A link only asks. Going on by itself would let anybody plant their own registration in another person's browser,
   * and read what that person then types.
   */
  @Get('resume/:token')
  async askToResume(@Param('token') token: string): Promise<PageResult> {
    const draft = await this.byToken(token);
    return page('offers/join/resume', { name: answersIn(draft).name?.name ?? null });
  }

  @Post('resume/:token')
  async resume(
    @Param('token') token: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RedirectResult> {
    await this.byToken(token);
    this.remember(reply, token);
    return redirect(root);
  }

  @Get(':step')
  async ask(
    @Param('step') step: string,
    @Req() request: FastifyRequest,
    @Query('leaflet') leaflet?: unknown,
  ): Promise<PageResult | RedirectResult> {
    if (!isStep(step)) throw new PageNotFound();
    const draft = await this.unsent(request);
    const answers = answersIn(draft);
    const { version } = await this.terms.current();
    if (!mayOpen(step, answers, version)) return redirect(await this.onwards(draft));
    const form = {
      ...(step === 'about' ? { leafletCode: typeof leaflet === 'string' ? leaflet : cameBy(answers) } : {}),
      ...formOf(step, answers),
    };
    return this.stepPage(step, answers, { form });
  }

  @Post(':step')
  async answer(
    @Param('step') step: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query('from') from?: unknown,
  ): Promise<PageResult | RedirectResult> {
    if (!isStep(step)) throw new PageNotFound();
    const draft = await this.unsent(request);
    const answers = answersIn(draft);
    if (!mayOpen(step, answers, (await this.terms.current()).version)) return redirect(await this.onwards(draft));
    const read = await readAnswer(step, answers, body);
    const errors = read.errors ?? (await this.doubts(step, { ...answers, [step]: read.value }));
    if (errors.length > 0) return this.stepPage(step, answers, { form: read.form, errors });

    const given = { [step]: read.value };
    if (draft) await this.drafts.save(draft.id, given);
    else {
      await this.limits.count('join-address', request.ip);
      const code = leafletIn(from);
      this.remember(reply, (await this.drafts.begin(code ? { ...given, from: code } : given)).token);
    }
    const now = { ...answers, ...given } as Answers;
    const next = nextStep(now, (await this.terms.current()).version);
    return redirect(`${root}/${next ?? 'check'}`);
  }

  /** What only a look elsewhere can tell: that there is such a category, that a postcode lies in the territory. */
  private async doubts(step: Step, answers: Answers): Promise<FieldError[]> {
    if (step === 'category' && !(await this.categories.bySlug(answers.category!.category))) {
      return [{ field: 'category', message: 'businesses:errors.category-missing' }];
    }
    if (step === 'terms' && answers.terms!.version !== (await this.terms.current()).version) {
      return [{ field: 'agree', message: 'businesses:problems.terms-changed' }];
    }
    if (step !== 'place') return [];
    try {
      await this.branches.place(branchOf(answers));
      return [];
    } catch (problem) {
      return postcodeErrors(problem);
    }
  }

  private async stepPage(step: Step, answers: Answers, model: object): Promise<PageResult> {
    const categories = (await this.categories.all()).map(({ slug }) => slug);
    const { version } = await this.terms.current();
    return page(`offers/join/${step}`, { ...stepModel(step, answers, categories, version), ...model });
  }

  /** Where to go with this registration: the first open question, or the last look. */
  private async onwards(draft: JoinDraft | null): Promise<string> {
    const next = nextStep(answersIn(draft), (await this.terms.current()).version);
    return `${root}/${next ?? 'check'}`;
  }

  /** This browser's registration, sent or not. */
  private async current(request: FastifyRequest): Promise<JoinDraft | null> {
    return this.drafts.find(request.cookies[this.cookie]);
  }

  /** This browser's registration while it can be changed; after it was sent, the next one begins anew. */
  private async unsent(request: FastifyRequest): Promise<JoinDraft | null> {
    const draft = await this.current(request);
    return draft && draft.businessId === null && draft.leadId === null ? draft : null;
  }

  /** @throws JoinDraftNotFound */
  private async byToken(token: string): Promise<JoinDraft> {
    const draft = await this.drafts.find(token);
    if (!draft || draft.businessId !== null || draft.leadId !== null) throw new JoinDraftNotFound();
    return draft;
  }

  /** Until the browser is closed: the next person at a shared computer must not find somebody's contact details. */
  private remember(reply: FastifyReply, token: string): void {
    void reply.setCookie(this.cookie, token, {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: this.settings.https,
    });
  }
}

function answersIn(draft: JoinDraft | null): Answers {
  return draft ? (answersOf(draft) as Answers) : {};
}

/** The answer to a question by its form. Where customers come, the street must be given. */
async function readAnswer(step: Step, answers: Answers, body: unknown) {
  if (step === 'offer') return readForm(OfferForm, atAllBranches(body));
  if (step === 'place' && !isTrade(answers)) return readForm(visitedPlaceForm, body);
  return readForm(stepForms[step], body);
}

/** The first offer holds everywhere: there is only one branch yet, and it has no id. */
function atAllBranches(body: unknown): object {
  return { ...(body as object), where: 'all', branchIds: [] };
}

/** The code of a leaflet in an address, or null. */
function leafletIn(from: unknown): string | null {
  return typeof from === 'string' && /^[A-Za-z0-9]{1,20}$/.test(from) ? from.toUpperCase() : null;
}

/** The leaflet by whose code somebody came: kept beside the answers, until they say whether it is right. */
function cameBy(answers: Answers): string | undefined {
  return (answers as { from?: string }).from;
}
