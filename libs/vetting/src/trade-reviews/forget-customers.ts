import { Audit } from '@carers/audit';
import { Database } from '@carers/database';
import { HandlesJob, type JobHandler, JobName, Jobs } from '@carers/jobs';
import { Clock } from '@carers/kernel';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';

export const forgetCustomers = new JobName<{ day: string }>('vetting.forget-customers', { expiresAfter: 900 });
const batch = 500;
const dayInMs = 86_400_000;

/** Asks every night; any number of workers ask once. */
@Injectable()
export class ForgetCustomersSchedule {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  @Cron('0 55 3 * * *', { timeZone: 'Europe/London' })
  async ask(): Promise<void> {
    const day = this.clock.today();
    await this.jobs.enqueueAlone(forgetCustomers, { day }, { once: day });
  }
}

/**
 * That somebody was asked about a trade tells that they used it. So reviews lose whose they are when uses do
 * (`retention.redemptionLink` days after they were begun) or when somebody leaves, and invitations that nobody followed
 * go whole. What was said stays with the business.
 */
@Injectable()
@HandlesJob(forgetCustomers)
export class ForgetCustomers implements JobHandler<{ day: string }> {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly schemes: SchemeService,
    private readonly audit: Audit,
  ) {}

  async handle(): Promise<void> {
    const today = this.clock.today();
    const { retention } = await this.schemes.policyOn(today);
    const before = new Date(this.clock.now().getTime() - retention.redemptionLink * dayInMs);
    const removed = await this.inBatches(
      `DELETE FROM trade_review WHERE id IN (
         SELECT id FROM trade_review WHERE state = 'invited' AND created_at < $1 AND open_until < $2
          ORDER BY id LIMIT ${batch} FOR UPDATE SKIP LOCKED)`,
      [before, today],
    );
    const unlinked = await this.inBatches(
      `UPDATE trade_review SET cardholder_id = NULL WHERE id IN (
         SELECT review.id FROM trade_review review JOIN cardholder ON cardholder.id = review.cardholder_id
          WHERE (review.created_at < $1 AND review.state <> 'invited') OR cardholder.left_at IS NOT NULL
          ORDER BY review.id LIMIT ${batch} FOR UPDATE OF review SKIP LOCKED)`,
      [before],
    );
    if (removed + unlinked === 0) return;
    await this.audit.note({
      action: 'trade-review.customers-forgotten',
      subject: { kind: 'scheme', id: 'trade-reviews' },
      actor: { kind: 'system', id: forgetCustomers.queue },
      details: { removed, unlinked },
    });
  }

  /** Each batch is a transaction of its own, so that a worker that dies has lost nothing but one. */
  private async inBatches(statement: string, values: unknown[]): Promise<number> {
    for (let total = 0; ;) {
      // TypeORM answers UPDATE and DELETE with rows and their number.
      const [, done] = await this.database.transaction((tx) => tx.query<[unknown[], number]>(statement, values));
      total += done;
      if (done < batch) return total;
    }
  }
}
