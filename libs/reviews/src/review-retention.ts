import { Audit } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { HandlesJob, type JobHandler, JobName, Jobs } from '@carers/jobs';
import { Clock } from '@carers/kernel';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';

const forgetReviews = new JobName<{ day: string }>('reviews.forget', { expiresAfter: 900 });
const batch = 500;
const dayInMs = 86_400_000;

/** Asks every night; any number of workers ask once. */
@Injectable()
export class ReviewRetentionSchedule {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  @Cron('0 40 3 * * *', { timeZone: 'Europe/London' })
  async ask(): Promise<void> {
    const day = this.clock.today();
    await this.jobs.enqueueAlone(forgetReviews, { day }, { once: day });
  }
}

/**
 * Lets reviews go. When what they tell of is as old as uses may be linked to a person, nothing of it is left that leads
 * there: no card, no branch, no evidence, no reason in somebody's words; one that nobody looked at is closed as too old.
 * What is left (kind, day, outcome) goes `retention.reviews` days after it was closed.
 */
@Injectable()
@HandlesJob(forgetReviews)
export class ForgetReviews implements JobHandler<{ day: string }> {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly scheme: SchemeService,
    private readonly audit: Audit,
  ) {}

  async handle(): Promise<void> {
    const now = this.clock.now();
    const { retention } = await this.scheme.policyOn(this.clock.today());
    const forgotten = await this.inBatches((tx) => this.forget(tx, now, daysBefore(now, retention.redemptionLink)));
    const removed = await this.inBatches((tx) => this.remove(tx, daysBefore(now, retention.reviews)));
    if (forgotten + removed === 0) return;
    await this.audit.note({
      action: 'reviews.forgotten',
      subject: { kind: 'scheme', id: 'reviews' },
      actor: { kind: 'system', id: forgetReviews.queue },
      details: { forgotten, removed },
    });
  }

  /** Each batch is a transaction of its own, so that a worker that dies has lost nothing but one. */
  private async inBatches(step: (tx: Tx) => Promise<number>): Promise<number> {
    for (let total = 0; ;) {
      const done = await this.database.transaction(step);
      total += done;
      if (done < batch) return total;
    }
  }

  private async forget(tx: Tx, now: Date, before: Date): Promise<number> {
    return affected(
      await tx.query(
        `UPDATE review_item SET
                subject_kind = NULL, subject_id = NULL, branch_id = NULL, evidence = '{}', closed_why = NULL,
                once = id::text, status = 'closed', closed_at = coalesce(closed_at, $1),
                closed_by = coalesce(closed_by, 'system'), outcome = coalesce(outcome, 'too_old'), forgotten_at = $1
          WHERE id IN (SELECT id FROM review_item WHERE forgotten_at IS NULL AND seen_from < $2
                        ORDER BY seen_from LIMIT ${batch} FOR UPDATE)`,
        [now, before],
      ),
    );
  }

  private async remove(tx: Tx, before: Date): Promise<number> {
    return affected(
      await tx.query(
        `DELETE FROM review_item WHERE id IN (
           SELECT id FROM review_item WHERE closed_at < $1 ORDER BY closed_at LIMIT ${batch} FOR UPDATE)`,
        [before],
      ),
    );
  }
}

/** TypeORM answers UPDATE and DELETE with rows and their number. */
function affected(result: unknown): number {
  return (result as [unknown[], number])[1];
}

function daysBefore(now: Date, days: number): Date {
  return new Date(now.getTime() - days * dayInMs);
}
