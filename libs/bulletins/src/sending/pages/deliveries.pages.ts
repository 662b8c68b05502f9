import { For, Who } from '@carers/access';
import { page, PageRenderer, type PageResult, redirect, type RedirectResult } from '@carers/pages';
import { Controller, Get, Param, Post, Query, Req, StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { deliveryStates } from '../delivery.entity.js';
import { officerIn } from '../officer.js';
import { PrintFiles } from '../print/print-file.js';
import { PrintManifest } from '../print/print-manifest.js';
import { PrintRuns } from '../print/print-runs.js';
import { ProgressReader } from '../progress.js';
import { PrintFileOutdated } from '../sending.problems.js';
import { Sendings } from '../sendings.js';
import { sendingBase } from './sending.pages.js';

/** The copies of a bulletin one by one, and what goes to the print house. */
@ApiExcludeController()
@Controller('staff/information-service/bulletins/:id')
@For('carers_service_officer', 'administrator')
export class DeliveryPages {
  constructor(
    private readonly sendings: Sendings,
    private readonly progress: ProgressReader,
    private readonly prints: PrintRuns,
    private readonly files: PrintFiles,
    private readonly manifest: PrintManifest,
    private readonly renderer: PageRenderer,
  ) {}

  @Get('deliveries')
  async list(@Who() who: Who, @Param('id') id: string, @Query() query: Record<string, unknown>): Promise<PageResult> {
    const bulletin = await this.sendings.one(id, officerIn(who));
    const state = stateIn(query);
    const after = typeof query['after'] === 'string' ? query['after'] : undefined;
    const { lines, next } = await this.progress.lines(id, state, after);
    return page('bulletins/staff/sending/deliveries', { id, bulletin, state, lines, next });
  }

  @Get('deliveries.csv')
  async csv(
    @Who() who: Who,
    @Param('id') id: string,
    @Query() query: Record<string, unknown>,
    @Req() request: FastifyRequest,
  ): Promise<StreamableFile> {
    await this.sendings.one(id, officerIn(who));
    const state = stateIn(query);
    return csvFile(this.progress.csv(id, state, this.renderer.wordsFor(request)), `copies-${state}`);
  }

  /** The letters, for the print house. */
  @Get('print.pdf')
  async pdf(@Who() who: Who, @Param('id') id: string): Promise<StreamableFile | RedirectResult> {
    const officer = officerIn(who);
    await this.sendings.one(id, officer);
    const run = await this.prints.opened(id, officer).catch(sayWhenOutdated);
    if (!run) return redirect(`${sendingBase}/${id}/send#letters`);
    return new StreamableFile(this.files.read(run.id), {
      type: 'application/pdf',
      disposition: `attachment; filename="letters-${run.sha256!.slice(0, 8)}.pdf"`,
      length: run.bytes!,
    });
  }

  /** Which sheets are whose. */
  @Get('print.csv')
  async printList(
    @Who() who: Who,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
  ): Promise<StreamableFile | RedirectResult> {
    await this.sendings.one(id, officerIn(who));
    const run = await this.prints.usable(id).catch(sayWhenOutdated);
    if (!run) return redirect(`${sendingBase}/${id}/send#letters`);
    return csvFile(this.manifest.csv(run.id, this.renderer.wordsFor(request)), 'letters');
  }

  @Post('print/handed-over')
  async handedOver(@Who() who: Who, @Param('id') id: string): Promise<RedirectResult> {
    const officer = officerIn(who);
    await this.sendings.one(id, officer);
    await this.prints.handedOver(id, officer);
    return redirect(`${sendingBase}/${id}/send`, 303, { notice: 'bulletins:sending.notices.handed-over' });
  }

  /** Makes the file once more: the same to the byte, or another one where somebody in it may not be written to any more. */
  @Post('print/again')
  async again(@Who() who: Who, @Param('id') id: string): Promise<RedirectResult> {
    const officer = officerIn(who);
    await this.sendings.one(id, officer);
    await this.prints.askAgain(id, officer);
    return redirect(`${sendingBase}/${id}/send`, 303, { notice: 'bulletins:sending.notices.print-again' });
  }
}

/** The page of the bulletin says so, beside the button that makes the file again. */
function sayWhenOutdated(error: unknown): null {
  if (error instanceof PrintFileOutdated) return null;
  throw error;
}

function stateIn(query: Record<string, unknown>) {
  return deliveryStates.find((state) => state === query['state']) ?? 'held';
}

function csvFile(file: NodeJS.ReadableStream, name: string): StreamableFile {
  return new StreamableFile(file as never, {
    type: 'text/csv; charset=utf-8; header=present',
    disposition: `attachment; filename="${name}.csv"`,
  });
}
