import { Database } from '@carers/database';
import { HandlesJob, type JobHandler, JobName, Jobs } from '@carers/jobs';
import { Clock } from '@carers/kernel';
import { Injectable, Logger } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { CaseFees } from './case-fees.js';

/** Begins the years whose time has come, with their invoices. */
export const beginYears = new JobName<Record<string, never>>('vetting.begin-years', { expiresAfter: 3600 });

const batch = 500;

/** Goes through the cases whose year ends soon, each in a transaction of its own: run twice, nothing happens twice. */
@Injectable()
@HandlesJob(beginYears)
export class BeginYears implements JobHandler<Record<string, never>> {
  private readonly log = new Logger(BeginYears.name);

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly fees: CaseFees,
  ) {}

  async handle(): Promise<void> {
    let failed = 0;
    let after = '00000000-0000-0000-0000-000000000000';
    for (;;) {
      const ids = await this.endingSoon(after);
      for (const id of ids) {
        try {
          await this.database.transaction((tx) => this.fees.renew(tx, id, { kind: 'system', id: beginYears.queue }));
        } catch (error) {
          // One case must not hold up the others; the job fails in the end, so that somebody looks.
          this.log.error(`The next year of case ${id} did not begin: ${(error as Error).message}`);
          failed++;
        }
      }
      if (ids.length < batch) break;
      after = ids.at(-1)!;
    }
    if (failed > 0) throw new Error(`The next year of ${failed} cases did not begin.`);
  }

  private async endingSoon(after: string): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT vetting_case.id FROM vetting_case
         JOIN LATERAL (SELECT ends_on, fee FROM case_year WHERE case_id = vetting_case.id ORDER BY year DESC LIMIT 1) newest
           ON newest.fee IN ('none', 'paid')
         JOIN programme_version ON programme_version.id = programme_id
        WHERE vetting_case.id > $1 AND state IN ('approved', 'lapsed', 'suspended')
          AND newest.ends_on <= $2::date + (document -> 'renewal' ->> 'noticeDays')::integer
        ORDER BY vetting_case.id LIMIT ${batch}`,
      [after, this.clock.today()],
    );
    return rows.map(({ id }) => id);
  }
}

/** Asks for it once a night, however many workers there are. */
@Injectable()
export class BeginYearsSchedule {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  @Cron('20 3 * * *', { timeZone: 'Europe/London' })
  async nightly(): Promise<void> {
    await this.jobs.enqueueAlone(beginYears, {}, { once: this.clock.today() });
  }
}
