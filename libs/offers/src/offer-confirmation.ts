import { Businesses } from '@carers/businesses';
import { Database } from '@carers/database';
import { HandlesJob, JobName, Jobs } from '@carers/jobs';
import { addDays, Clock, type LocalDate } from '@carers/kernel';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { Offer } from './offer.entity.js';
import { OfferMail } from './offer-mail.js';

export const askToConfirm = new JobName<{ on: LocalDate }>('offers.ask-to-confirm', { retries: 3 });

/** Owners are reminded again after so many days, until they answer or the offer is hidden. */
const everyDays = 30;
const atATime = 500;

/** Asks owners of offers that nobody has confirmed for as long as the scheme allows. */
@Injectable()
@HandlesJob(askToConfirm)
export class AskToConfirmHandler {
  constructor(
    private readonly database: Database,
    private readonly schemes: SchemeService,
    private readonly businesses: Businesses,
    private readonly mail: OfferMail,
  ) {}

  /** Which offers is decided by days alone, and one job a day exists, so each is asked about once on its day. */
  async handle({ on }: { on: LocalDate }): Promise<void> {
    const { offers: policy } = await this.schemes.policyOn(on);
    for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
      const due = await this.database.query<{ id: string }>(
        `SELECT offer.id FROM offer JOIN business ON business.id = offer.business_id AND business.status = 'published'
          WHERE offer.status = 'published' AND offer.last_confirmed_on <= $1 AND offer.last_confirmed_on >= $2
            AND ($5::date - offer.last_confirmed_on - $6) % $3 = 0 AND offer.id > $4
            AND NOT EXISTS (SELECT FROM outgoing_message asked WHERE asked.about_kind = 'offer'
                  AND asked.about_id = offer.id::text AND asked.template = 'offers/confirm'
                  AND asked.created_at > $5::date - interval '1 day')
          ORDER BY offer.id LIMIT ${atATime}`,
        [
          addDays(on, -policy.confirmEveryDays),
          addDays(on, -policy.hideUnconfirmedAfterDays),
          everyDays,
          after,
          on,
          policy.confirmEveryDays,
        ],
      );
      for (const { id } of due) await this.ask(id);
      const last = due.at(-1);
      if (!last || due.length < atATime) return;
      after = last.id;
    }
  }

  private async ask(offerId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const offer = await tx.findOneByOrFail(Offer, { id: offerId });
      await this.mail.askToConfirm(tx, await this.businesses.locked(tx, offer.businessId), offer);
    });
  }
}

/** Puts the day's asking into the queue, however many workers run. */
@Injectable()
export class ConfirmationSchedule {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  @Cron('15 9 * * *', { timeZone: 'Europe/London' })
  async daily(): Promise<void> {
    const on = this.clock.today();
    await this.jobs.enqueueAlone(askToConfirm, { on }, { once: on });
  }
}
