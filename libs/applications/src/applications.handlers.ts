import { Audit } from '@carers/audit';
import { Database } from '@carers/database';
import { HandlesJob, type JobHandler, Jobs } from '@carers/jobs';
import { Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { In, LessThanOrEqual } from 'typeorm';
import { Application } from './application.entity.js';
import { deleteExpired } from './applications.jobs.js';

/** Deletes what has run out. Running twice deletes nothing more. */
@Injectable()
@HandlesJob(deleteExpired)
export class DeleteExpired implements JobHandler<Record<string, never>> {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly audit: Audit,
  ) {}

  async handle(): Promise<void> {
    await this.database.transaction(async (tx) => {
      const { affected } = await tx.delete(Application, {
        expiresAt: LessThanOrEqual(this.clock.now()),
        state: In(['draft', 'declined', 'withdrawn']),
      });
      if (!affected) return;
      await this.audit.record(tx, {
        action: 'applications.expired-deleted',
        subject: { kind: 'scheme', id: 'applications' },
        actor: { kind: 'system', id: deleteExpired.queue },
        details: { count: affected },
      });
    });
  }
}

/** Asks for the deletion once a night, however many workers there are. */
@Injectable()
export class ApplicationsSchedule {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  @Cron('10 3 * * *', { timeZone: 'Europe/London' })
  async nightly(): Promise<void> {
    await this.jobs.enqueueAlone(deleteExpired, {}, { once: this.clock.today() });
  }
}
