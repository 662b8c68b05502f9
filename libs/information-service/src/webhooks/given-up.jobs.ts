import { Database, type Tx } from '@carers/database';
import { HandlesJob, type JobHandler, JobName, Jobs } from '@carers/jobs';
import { Clock } from '@carers/kernel';
import { Messages } from '@carers/messages';
import { type SchemeInForce, SchemeService } from '@carers/places';
import { Settings } from '@carers/settings';
import { type GivenUp, GivenUpEvents } from '@carers/webhooks';
import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';

const tellOfGivenUp = new JobName<{ day: string }>('information-service.webhooks-given-up', { expiresAfter: 300 });
const atOnce = 100;

/** Asks each morning; any number of workers ask once. */
@Injectable()
export class GivenUpSchedule {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  @Cron('0 20 7 * * *', { timeZone: 'Europe/London' })
  async ask(): Promise<void> {
    const day = this.clock.today();
    await this.jobs.enqueueAlone(tellOfGivenUp, { day }, { once: day });
  }
}

/** Writes to a carers service whose system did not take what happened: one e-mail a day for each webhook at most, whatever was lost. */
@Injectable()
@HandlesJob(tellOfGivenUp)
export class TellOfGivenUp implements JobHandler<{ day: string }> {
  constructor(
    private readonly database: Database,
    private readonly events: GivenUpEvents,
    private readonly messages: Messages,
    private readonly scheme: SchemeService,
    private readonly settings: Settings,
  ) {}

  async handle(): Promise<void> {
    const scheme = await this.scheme.current();
    for (;;) {
      const told = await this.database.transaction(async (tx) => {
        const due = await this.events.take(tx, 'carers_service', atOnce);
        for (const each of due) await this.tell(tx, each, scheme);
        return due.length;
      });
      if (told < atOnce) return;
    }
  }

  private async tell(tx: Tx, { endpointId, ownerId, url, count }: GivenUp, scheme: SchemeInForce): Promise<void> {
    const service = scheme.carersServices.find(({ id }) => id === ownerId);
    if (!service) return;
    await this.messages.queue(tx, {
      to: { channel: 'email', address: service.email, name: service.name, locale: this.settings.defaultLocale },
      template: 'information-service/webhook-given-up',
      // The path of an address may be a secret of theirs.
      params: { host: new URL(url).host, count, path: `/staff/information-service/webhooks/${endpointId}` },
      about: { kind: 'webhook-endpoint', id: endpointId },
    });
  }
}
