import { For, Who } from '@carers/access';
import { Clock } from '@carers/kernel';
import { page, PageNotFound, PageRenderer, type PageModel, type PageResult, readForm, redirect } from '@carers/pages';
import { Body, Controller, Get, Param, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { moves } from '../cases/case-moves.js';
import type { Programme } from '../programmes/programme.js';
import { CaseNotReady } from '../vetting.problems.js';
import { CaseAccess, officer } from './case-access.js';
import { CaseFileReader } from './case-file.js';
import { caseView } from './case.view.js';
import { Decisions } from './decisions.js';
import { officerMoves, type OfficerMove } from './officer-moves.js';
import { moveForm } from './staff.forms.js';

/** Moves that take something from a business. */
const hard: readonly OfficerMove[] = ['refuse', 'suspend', 'remove'];

/** A page for each thing that officers do with a whole case: why, under which conditions, and a button. */
@For('vetting_officer', 'administrator')
@ApiExcludeController()
@Controller('staff/vetting/:id/moves/:move')
export class StaffMovesPages {
  constructor(
    private readonly access: CaseAccess,
    private readonly file: CaseFileReader,
    private readonly decisions: Decisions,
    private readonly clock: Clock,
    private readonly renderer: PageRenderer,
  ) {}

  @Get()
  async show(@Req() request: FastifyRequest, @Who() who: Who, @Param('id') id: string, @Param('move') move: string) {
    return this.movePage(request, who, id, known(move), {});
  }

  @Post()
  async make(
    @Req() request: FastifyRequest,
    @Who() who: Who,
    @Param('id') id: string,
    @Param('move') given: string,
    @Body() body: unknown,
  ) {
    const actor = officer(who);
    const move = known(given);
    await this.access.open(who, id);
    const read = await readForm(moveForm, body);
    if (read.errors) return this.movePage(request, who, id, move, read);
    const { form, value } = read;
    const missing = missingIn(move, value);
    if (missing.length > 0) return this.movePage(request, who, id, move, { form, errors: missing });
    try {
      await this.decisions.make(id, move, value, actor);
    } catch (problem) {
      if (!(problem instanceof CaseNotReady)) throw problem;
      const errors = problem.missing.slice(0, 10).map((message) => ({ field: firstField(move), message }));
      return this.movePage(request, who, id, move, { form, errors: errors.slice(0, 1), missing: problem.missing });
    }
    return redirect(`/staff/vetting/${id}`, 303, { notice: `vetting:staff.move.${move}.done` });
  }

  private async movePage(
    request: FastifyRequest,
    who: Who,
    id: string,
    move: OfficerMove,
    model: PageModel,
  ): Promise<PageResult> {
    const file = await this.file.read(await this.access.open(who, id));
    const one = caseView(file, who, this.renderer.wordsFor(request), this.clock.today());
    const offer = one.offers.find((each) => each.move === move) ?? null;
    return page('vetting/staff/move', {
      ...model,
      one,
      move,
      titleKey: `vetting:staff.move.${move}.title`,
      textKey: `vetting:staff.move.${move}.text`,
      buttonClass: hard.includes(move) ? 'govuk-button--warning' : '',
      buttonKey: `vetting:staff.move.${move}.button`,
      whyKey: offer ? offer.whyKey : 'vetting:staff.why.moved_on',
      asks: {
        recommendation: move === 'recommend',
        reasons: reasonsFor(file.programme, move),
        conditions: move === 'approve' && file.programme.decision.conditionsAllowed,
        reason: move !== 'agree_actions' && move !== 'actions_done',
        reasonLabel: `vetting:staff.move.${moves[move].reason ? 'reason' : 'reason-optional'}`,
      },
    });
  }
}

function reasonsFor(programme: Programme, move: OfficerMove) {
  const { refusalReasons, suspensionReasons } = programme.decision;
  const listed = move === 'refuse' ? refusalReasons : move === 'suspend' || move === 'remove' ? suspensionReasons : [];
  return listed.map(({ key, title }) => ({ value: key, label: title }));
}

function missingIn(move: OfficerMove, value: { recommendation?: string; reason: string | null }) {
  return [
    ...(move === 'recommend' && !value.recommendation
      ? [{ field: 'recommendation', message: 'vetting:errors.recommendation-missing' }]
      : []),
    ...(moves[move].reason && !value.reason ? [{ field: 'reason', message: 'vetting:errors.reason-missing' }] : []),
  ];
}

function firstField(move: OfficerMove): string {
  return move === 'recommend' ? 'recommendation' : move === 'approve' ? 'conditions' : 'reason';
}

/** @throws PageNotFound */
function known(move: string): OfficerMove {
  const found = officerMoves.find((each) => each === move);
  if (!found) throw new PageNotFound();
  return found;
}
