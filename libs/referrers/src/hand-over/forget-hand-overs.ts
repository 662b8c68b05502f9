import { type Actor, Audit } from '@carers/audit';
import { Database } from '@carers/database';
import { HandlesJob, type JobHandler, JobName, Jobs } from '@carers/jobs';
import { Clock, type LocalDate } from '@carers/kernel';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';

const forgetHandOvers = new JobName<{ on: LocalDate }>('referrers.forget-hand-overs', { retries: 3 });

const atOnce = 500;
const dayInMs = 86_400_000;
const rule: Actor = { kind: 'system', id: 'forget-hand-overs' };

/** Asks for it every night; any number of workers ask once. */
@Injectable()
export class ForgetHandOversSchedule {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  @Cron('0 55 3 * * *', { timeZone: 'Europe/London' })
  async ask(): Promise<void> {
    const on = this.clock.today();
    await this.jobs.enqueueAlone(forgetHandOvers, { on }, { once: on });
  }
}

/**
 * Takes everything about people out of hand-overs that were not taken up in the time that the policy gives. Those that still
 * waited for a call lapse; the counts stay. Run again it does nothing more.
 */
@Injectable()
@HandlesJob(forgetHandOvers)
export class ForgetHandOvers implements JobHandler<{ on: LocalDate }> {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly schemes: SchemeService,
    private readonly audit: Audit,
  ) {}

  async handle({ on }: { on: LocalDate }): Promise<void> {
    const { retention } = await this.schemes.policyOn(on);
    const before = new Date(this.clock.now().getTime() - retention.handOvers * dayInMs);
    for (let forgotten = atOnce; forgotten === atOnce;) {
      forgotten = await this.database.transaction(async (tx) => {
        const [ids] = (await tx.query(
          `UPDATE hand_over SET first_name = NULL, last_name = NULL, phone = NULL, phone_hash = NULL, email = NULL,
                  postcode = NULL, best_time = NULL, note_by = NULL, reasons = '{}', given_by = NULL, given_as = NULL,
                  forgotten_at = $2, state = CASE WHEN closed_at IS NULL THEN 'lapsed' ELSE state END,
                  closed_by = coalesce(closed_by, $3), closed_at = coalesce(closed_at, $2)
            WHERE id IN (SELECT id FROM hand_over WHERE forgotten_at IS NULL AND received_at < $1
                          LIMIT ${atOnce} FOR UPDATE SKIP LOCKED) RETURNING id`,
          [before, this.clock.now(), rule.id],
        )) as [{ id: string }[]];
        await this.audit.recordAll(
          tx,
          ids.map(({ id }) => ({ action: 'hand-over.forgotten', subject: { kind: 'hand-over', id }, actor: rule })),
        );
        return ids.length;
      });
    }
  }
}
