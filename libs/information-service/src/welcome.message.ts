import { Database } from '@carers/database';
import { type OutgoingMessage, type ParamsSupplier, type SuppliedParams, SuppliesParams } from '@carers/messages';
import { Injectable } from '@nestjs/common';
import { InformationService } from './information-service.js';
import { ListHeaders } from './list-headers.js';
import { PreferenceLinks } from './preferences/preference-links.js';
import { channels, purposes } from './purposes.js';
import { Subscriber } from './subscriber.entity.js';
import { SubscriberFiles } from './list/subscriber-files.js';

/**
 * Words the welcome when it is sent. Somebody who said no in the meantime gets none, and the link to the preferences is
 * made now, so that none lies in the queue.
 */
@Injectable()
@SuppliesParams('information-service/welcome')
export class WelcomeWords implements ParamsSupplier {
  constructor(
    private readonly database: Database,
    private readonly service: InformationService,
    private readonly files: SubscriberFiles,
    private readonly links: PreferenceLinks,
    private readonly headers: ListHeaders,
  ) {}

  async supply(message: OutgoingMessage): Promise<SuppliedParams> {
    const { subscriberId } = message.params as { subscriberId: string };
    const subscriber = await this.database.reader.findOneBy(Subscriber, { id: subscriberId });
    if (!subscriber || !(await this.service.mayReceive(subscriberId, 'carers_information', message.channel))) {
      return { params: {}, drop: true };
    }
    const { cardholder, service, subscriptions } = await this.files.of(subscriber);
    const chosen = purposes.flatMap((purpose) => {
      const by = channels.filter((channel) =>
        subscriptions.some((row) => row.active && row.purpose === purpose && row.channel === channel),
      );
      return by.length ? [{ purpose, channels: by }] : [];
    });
    return {
      params: {
        firstName: cardholder.firstName,
        service: { name: service.name, phone: service.phone, web: service.web, email: service.email },
        address: [...service.address],
        chosen,
        link: this.links.urlFor(subscriber),
        letter: message.channel === 'post',
      },
      ...(message.channel === 'email' ? { headers: this.headers.for(subscriber, service) } : {}),
      secret: true,
    };
  }
}
