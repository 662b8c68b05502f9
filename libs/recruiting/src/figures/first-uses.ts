import { Database } from '@carers/database';
import { HandlesJob, type JobHandler, JobName, Jobs } from '@carers/jobs';
import { Clock, type LocalDate } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';

const findFirstUses = new JobName<{ on: LocalDate }>('recruiting.first-uses', { retries: 3 });

/** Asks for it every night; any number of workers ask once. */
@Injectable()
export class FirstUsesSchedule {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  @Cron('0 10 3 * * *', { timeZone: 'Europe/London' })
  async ask(): Promise<void> {
    const on = this.clock.today();
    await this.jobs.enqueueAlone(findFirstUses, { on }, { once: on });
  }
}

/**
 * Keeps the day of the first use of each business that was brought. Only the day: whose use it was is not asked. Uses
 * of test cards are in no table, and one that was taken back was none. Run again it finds what is new.
 */
@Injectable()
@HandlesJob(findFirstUses)
export class FindFirstUses implements JobHandler<{ on: LocalDate }> {
  constructor(private readonly database: Database) {}

  async handle(): Promise<void> {
    await this.database.transaction((tx) =>
      tx.query(
        `UPDATE recruitment SET first_used_on = used.first
           FROM (SELECT recruitment.business_id, min(first.day) AS first
                   FROM recruitment JOIN branch ON branch.business_id = recruitment.business_id
                   CROSS JOIN LATERAL (
                     SELECT (min(occurred_at) AT TIME ZONE 'Europe/London')::date AS day
                       FROM redemption WHERE branch_id = branch.id AND undone_at IS NULL) first
                  WHERE recruitment.first_used_on IS NULL GROUP BY recruitment.business_id) used
          WHERE recruitment.business_id = used.business_id AND used.first IS NOT NULL`,
      ),
    );
  }
}
