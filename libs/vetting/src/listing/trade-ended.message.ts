import { Database } from '@carers/database';
import {
  InformationService,
  ListHeaders,
  PreferenceLinks,
  Subscriber,
  SubscriberFiles,
} from '@carers/information-service';
import { type OutgoingMessage, type ParamsSupplier, type SuppliedParams, SuppliesParams } from '@carers/messages';
import { Injectable } from '@nestjs/common';

/**
 * Words the news that a trade has ended when it is sent. Whoever said no in the meantime gets none; neither does anybody
 * where the trade is back. The copy keeps no words: it would say for a year who used which trade.
 */
@Injectable()
@SuppliesParams('vetting/trade-ended')
export class TradeEndedWords implements ParamsSupplier {
  constructor(
    private readonly database: Database,
    private readonly information: InformationService,
    private readonly files: SubscriberFiles,
    private readonly links: PreferenceLinks,
    private readonly headers: ListHeaders,
  ) {}

  async supply(message: OutgoingMessage): Promise<SuppliedParams> {
    const { endingId, subscriberId } = message.params as { endingId: string; subscriberId: string };
    const [ending] = await this.database.query<{ name: string }>(
      `SELECT business.name FROM trade_ending JOIN business ON business.id = trade_ending.business_id
        WHERE trade_ending.id = $1
          AND NOT EXISTS (SELECT FROM standing WHERE standing.business_id = business.id AND standing.listed)`,
      [endingId],
    );
    const subscriber = await this.database.reader.findOneBy(Subscriber, { id: subscriberId });
    const may = await this.information.mayReceive(subscriberId, 'carers_information', message.channel);
    if (!ending || !subscriber || !may) return { params: {}, drop: true };
    const { cardholder, service } = await this.files.of(subscriber);
    return {
      params: {
        firstName: cardholder.firstName,
        business: ending.name,
        service: { name: service.name, phone: service.phone, web: service.web, email: service.email },
        link: this.links.urlFor(subscriber),
      },
      ...(message.channel === 'email' ? { headers: this.headers.for(subscriber, service) } : {}),
      secret: true,
    };
  }
}
