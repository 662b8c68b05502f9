import { Database } from '@carers/database';
import { HandlesJob, type JobHandler, JobName, Jobs } from '@carers/jobs';
import { Clock, type LocalDate } from '@carers/kernel';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';

const forgetLeads = new JobName<{ on: LocalDate }>('recruiting.forget-leads', { retries: 3 });

const atOnce = 500;
const dayInMs = 86_400_000;

/** Asks for it every night; any number of workers ask once. */
@Injectable()
export class ForgetLeadsSchedule {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  @Cron('0 45 3 * * *', { timeZone: 'Europe/London' })
  async ask(): Promise<void> {
    const on = this.clock.today();
    await this.jobs.enqueueAlone(forgetLeads, { on }, { once: on });
  }
}

/**
 * Takes people out of leads that ended (or that nobody has asked for) longer ago than the policy keeps them: who
 * suggested, what they and the staff wrote, whom to ask for. The business's name, its stage and the counts stay.
 */
@Injectable()
@HandlesJob(forgetLeads)
export class ForgetLeads implements JobHandler<{ on: LocalDate }> {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly schemes: SchemeService,
  ) {}

  async handle({ on }: { on: LocalDate }): Promise<void> {
    const { retention } = await this.schemes.policyOn(on);
    const before = new Date(this.clock.now().getTime() - retention.leads * dayInMs);
    for (let forgotten = atOnce; forgotten === atOnce;) {
      forgotten = await this.database.transaction(async (tx) => {
        const [{ count }] = (await tx.query(
          `WITH old AS (
             SELECT lead_id FROM recruiting_lead
              WHERE (forgotten_at IS NULL OR forgotten_at < last_asked_at) AND last_asked_at < $1 AND stage_since < $1
              LIMIT ${atOnce} FOR UPDATE SKIP LOCKED
           ), marked AS (
             UPDATE recruiting_lead SET ask_for = NULL, forgotten_at = $2
               FROM old WHERE recruiting_lead.lead_id = old.lead_id RETURNING 1
           ), unlinked AS (
             UPDATE lead_support SET cardholder_id = NULL, why = NULL FROM old WHERE lead_support.lead_id = old.lead_id
           ), unwritten AS (
             DELETE FROM lead_note USING old WHERE lead_note.lead_id = old.lead_id
           ) SELECT count(*)::integer AS count FROM marked`,
          [before, this.clock.now()],
        )) as [{ count: number }];
        return count;
      });
    }
  }
}
