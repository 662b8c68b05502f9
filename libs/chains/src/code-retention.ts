import { Database } from '@carers/database';
import { HandlesJob, type JobHandler, JobName, Jobs } from '@carers/jobs';
import { addDays, Clock, type LocalDate } from '@carers/kernel';
import { limitPeriods } from '@carers/offer-rules';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { periodNow } from './code-period.js';
import { oldestSaleDays } from './settlement/line-reader.js';

const forgetHolders = new JobName<{ on: LocalDate }>('chains.forget-holders', { retries: 3 });

const atOnce = 5_000;
const dayInMs = 86_400_000;

/** Asks for it every night; any number of workers ask once. */
@Injectable()
export class ForgetHoldersSchedule {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  @Cron('0 35 3 * * *', { timeZone: 'Europe/London' })
  async ask(): Promise<void> {
    const on = this.clock.today();
    await this.jobs.enqueueAlone(forgetHolders, { on }, { once: on });
  }
}

/**
 * Takes from codes whose they were, once they are as old as the scheme keeps the link of a use to a person, and lets go
 * of lines of settlement files that were not put right in that time. A code that was not used stays somebody's for as
 * long as its period runs: it is still theirs to use. Counts stay. Run again it does nothing more.
 */
@Injectable()
@HandlesJob(forgetHolders)
export class ForgetHolders implements JobHandler<{ on: LocalDate }> {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly schemes: SchemeService,
  ) {}

  async handle({ on }: { on: LocalDate }): Promise<void> {
    const { redemptionLink } = (await this.schemes.policyOn(on)).retention;
    const before = new Date(this.clock.now().getTime() - redemptionLink * dayInMs);
    const running = limitPeriods.map((period) => periodNow(period, this.clock.now()));
    for (let forgotten = atOnce; forgotten === atOnce;) {
      forgotten = await this.database.transaction(async (tx) => {
        const [{ count }] = (await tx.query(
          `WITH old AS (
             SELECT id FROM till_code WHERE (cardholder_id IS NOT NULL OR card_id IS NOT NULL)
                AND least(handed_at, used_at) < $1
                AND (used_at IS NOT NULL OR period IS NULL OR period <> ALL ($2)) LIMIT ${atOnce} FOR UPDATE SKIP LOCKED
           ), done AS (
             UPDATE till_code SET cardholder_id = NULL, card_id = NULL, period = NULL, turn = NULL
               FROM old WHERE till_code.id = old.id RETURNING 1
           ) SELECT count(*)::integer AS count FROM done`,
          [before, running],
        )) as [{ count: number }];
        return count;
      });
    }
    await this.database.transaction(async (tx) => {
      await tx.query(
        `DELETE FROM settlement_line USING settlement_import AS read WHERE read.id = import_id AND read.imported_at < $1`,
        [before],
      );
      // Lines of sales so long ago are refused, so nothing asks for these any more.
      await tx.query('DELETE FROM settlement_use WHERE told_on < $1', [addDays(on, -oldestSaleDays - 2)]);
    });
  }
}
