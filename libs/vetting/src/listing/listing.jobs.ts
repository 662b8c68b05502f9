import { Database } from '@carers/database';
import { HandlesJob, type JobHandler, JobName, Jobs } from '@carers/jobs';
import { Clock, type LocalDate } from '@carers/kernel';
import { Injectable, Logger } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { VettingCases } from '../cases/vetting-cases.js';
import { CaseFiles } from './case-file.js';
import { type LapseNotice, LapseNotices } from './lapse-notices.js';
import { ListingMail } from './listing-mail.js';
import { Listing } from './listing.js';
import { Standings } from './standings.js';
import { tellOfEnding, TradeEndings } from './trade-endings.js';

export const deriveListings = new JobName<{ on: LocalDate }>('vetting.derive-listings', {
  retries: 5,
  expiresAfter: 3_600,
});

const page = 200;

/** Puts the night's work into the queue, however many workers run. */
@Injectable()
export class ListingSchedule {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  // Lists let go of a trade at midnight by themselves; tills and notices follow this.
  @Cron('0 1 0 * * *', { timeZone: 'Europe/London' })
  async nightly(): Promise<void> {
    const on = this.clock.today();
    await this.jobs.enqueueAlone(deriveListings, { on }, { once: on });
  }
}

/**
 * Derives every business of which something changes by today, and gives notice of what runs out. By the day on which
 * something changes, not by the day of the job: after days without a worker one run does all that is due. Each business is
 * a transaction of its own; one that fails does not keep the others.
 */
@Injectable()
@HandlesJob(deriveListings)
export class DeriveListings implements JobHandler<{ on: LocalDate }> {
  private readonly log = new Logger(DeriveListings.name);

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly cases: VettingCases,
    private readonly files: CaseFiles,
    private readonly listing: Listing,
    private readonly notices: LapseNotices,
    private readonly mail: ListingMail,
    private readonly standings: Standings,
    private readonly endings: TradeEndings,
  ) {}

  async handle(): Promise<void> {
    const today = this.clock.today();
    let failed = 0;
    for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
      const due = await this.standings.due(today, after, page);
      for (const { businessId } of due) {
        try {
          await this.derive(businessId);
        } catch (error) {
          failed++;
          this.log.error({ businessId, error }, 'A listing could not be derived');
        }
      }
      const last = due.at(-1);
      if (!last || due.length < page) break;
      after = last.businessId;
    }
    await this.endings.forget();
    // The queue tries again; those that went well are not due any more.
    if (failed > 0) throw new Error(`${failed} listings could not be derived.`);
  }

  private async derive(businessId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const notices: LapseNotice[] = [];
      for (const caseId of await this.standings.casesOf(tx, businessId)) {
        // Noted before the derivation, which then knows the day of the next one.
        notices.push(...(await this.notices.take(tx, await this.files.of(tx, await this.cases.locked(tx, caseId)))));
        await this.listing.derive(tx, caseId);
      }
      if (notices.length > 0) await this.mail.runsOut(tx, businessId, notices);
    });
  }
}

/** Tells those who used a trade that it was suspended or removed. */
@Injectable()
@HandlesJob(tellOfEnding)
export class TellOfEnding implements JobHandler<{ endingId: string }> {
  constructor(private readonly endings: TradeEndings) {}

  async handle({ endingId }: { endingId: string }): Promise<void> {
    await this.endings.tell(endingId);
  }
}
