import { For } from '@carers/access';
import { Database } from '@carers/database';
import { type FailedJob, Jobs } from '@carers/jobs';
import { isUuid } from '@carers/kernel';
import { page, type PageResult, redirect, type RedirectResult } from '@carers/pages';
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { IsNull, LessThan } from 'typeorm';
import { StripeDifference } from './stripe-difference.entity.js';

const pageSize = 50;
const address = '/staff/payments/reconciliation';

/** Where our ledger and Stripe's books differ, and what could not be done. */
@ApiExcludeController()
@Controller('staff/payments/reconciliation')
@For('registrar', 'administrator', 'vetting_officer')
export class ReconciliationPages {
  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
  ) {}

  @Get()
  async list(@Query('before') before?: string): Promise<PageResult> {
    const after = typeof before === 'string' && isUuid(before) ? before : null;
    const found = await this.database.reader.find(StripeDifference, {
      where: { closedAt: IsNull(), ...(after && { id: LessThan(after) }) },
      order: { id: 'DESC' },
      take: pageSize + 1,
    });
    const differences = found.slice(0, pageSize).map(lineOf);
    return page('payments/staff/reconciliation', {
      differences,
      next: found.length > pageSize ? `${address}?before=${found[pageSize - 1]!.id}` : null,
      failed: (await this.gaveUp()).map(({ id, queue, failedAt, tries }) => ({ id, queue, failedAt, tries })),
    });
  }

  /** Puts a job that gave up back in the queue. */
  @Post('retry')
  @For('registrar', 'administrator')
  async retry(@Body() body: { id?: unknown }): Promise<RedirectResult> {
    const job = (await this.gaveUp()).find(({ id }) => id === body.id);
    if (job) await this.jobs.retry(job.queue, job.id);
    return redirect(address, 303, { notice: 'payments:reconciliation.tried' });
  }

  private async gaveUp(): Promise<FailedJob[]> {
    return (await this.jobs.failed(200)).filter(({ queue }) => queue.startsWith('payments.'));
  }
}

function lineOf(row: StripeDifference) {
  return {
    kindKey: `payments:reconciliation.kind.${row.kind}`,
    whatKey: `payments:reconciliation.what.${row.what}`,
    reference: row.reference,
    href: row.invoiceId ? `/staff/payments/${row.invoiceId}` : null,
    ours: row.oursPence,
    theirs: row.theirsPence,
    happenedOn: row.happenedOn,
    foundAt: row.foundAt,
  };
}
