import { Database, type Tx } from '@carers/database';
import { HandlesJob, type JobHandler, JobName, Jobs } from '@carers/jobs';
import { addMonths, Clock, type LocalDate } from '@carers/kernel';
import { Messages } from '@carers/messages';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { Referrer } from '../referrer.entity.js';
import { ReferrerFigures, type ToldMonth } from './referrer-figures.js';
import { ReferrerLetter } from './referrer-letter.entity.js';

export const sendFigures = new JobName<{ month: LocalDate }>('referrers.monthly-figures', { retries: 5 });

/** Nights from the 1st on in which it is asked for: a worker that was down on the 1st makes up for it. */
const nights = 7;
const atOnce = 100;

/** Asks in the first nights of a month for the figures of the one before; any number of workers ask once a night. */
@Injectable()
export class MonthlyLettersSchedule {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  @Cron('0 30 5 * * *', { timeZone: 'Europe/London' })
  async ask(): Promise<void> {
    const today = this.clock.today();
    if (Number(today.slice(8)) > nights) return;
    const month = addMonths(`${today.slice(0, 7)}-01`, -1);
    await this.jobs.enqueueAlone(sendFigures, { month }, { once: today });
  }
}

/**
 * Queues the figures of a month for every referrer that sends carers and wants them: once for a month and referrer, however
 * often it runs and on however many workers. A scheme's policy switches it off for all, the referrer's record for one.
 */
@Injectable()
@HandlesJob(sendFigures)
export class MonthlyLetters implements JobHandler<{ month: LocalDate }> {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly schemes: SchemeService,
    private readonly figures: ReferrerFigures,
    private readonly messages: Messages,
  ) {}

  async handle({ month }: { month: LocalDate }): Promise<void> {
    const { referrers } = await this.schemes.policyOn();
    if (!referrers.monthlyFigures) return;
    for (let after: string | null = null; ;) {
      const due: Referrer[] = await this.due(month, after);
      for (const referrer of due) await this.tell(referrer, month);
      if (due.length < atOnce) return;
      after = due.at(-1)!.id;
    }
  }

  private async due(month: LocalDate, after: string | null): Promise<Referrer[]> {
    return this.database.reader
      .createQueryBuilder(Referrer, 'referrer')
      .where(`figures_by <> 'none' AND ended_at IS NULL`)
      .andWhere(`made_at < ((:month::date + interval '1 month') AT TIME ZONE 'Europe/London')`, { month })
      .andWhere('(:after::uuid IS NULL OR id > :after)', { after })
      .andWhere(
        'NOT EXISTS (SELECT FROM referrer_letter told WHERE told.referrer_id = referrer.id AND told.month = :month)',
      )
      .orderBy('id')
      .limit(atOnce)
      .getMany();
  }

  /** Counting is done before the transaction; the key of the row in it settles who tells. */
  private async tell(referrer: Referrer, month: LocalDate): Promise<void> {
    const { months, sum, smallest } = await this.figures.told(referrer);
    const told = months.find((each) => each.month === month);
    if (!told) return;
    await this.database.transaction(async (tx) => {
      const [mine] = await tx.query<unknown[]>(
        `INSERT INTO referrer_letter (referrer_id, month, channel, message_id, queued_at)
         VALUES ($1, $2, $3, $1, $4) ON CONFLICT ON CONSTRAINT pk_referrer_letter DO NOTHING RETURNING month`,
        [referrer.id, month, referrer.figuresBy, this.clock.now()],
      );
      if (!mine) return;
      const messageId = await this.queue(tx, referrer, told, { sum, smallest });
      await tx.update(ReferrerLetter, { referrerId: referrer.id, month }, { messageId });
    });
  }

  private async queue(
    tx: Tx,
    referrer: Referrer,
    told: ToldMonth,
    { sum, smallest }: Pick<Awaited<ReturnType<ReferrerFigures['told']>>, 'sum' | 'smallest'>,
  ): Promise<string> {
    const { id, name, contactEmail, contactName, addressLines, postcode } = referrer;
    const byPost = referrer.figuresBy === 'post';
    return this.messages.queue(tx, {
      to: {
        channel: byPost ? 'post' : 'email',
        address: byPost ? [name, ...addressLines, postcode].join('\n') : contactEmail!,
        name: contactName ?? name,
      },
      template: 'referrers/figures',
      params: {
        referrerId: id,
        ...told,
        smallest,
        sumHandedOver: sum.handedOver,
        sumSignUps: sum.signUps,
        sumCards: sum.cards,
      },
      about: { kind: 'referrer', id },
    });
  }
}
