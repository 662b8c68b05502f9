import { Database } from '@carers/database';
import { type OutgoingMessage, type ParamsSupplier, type SuppliedParams, SuppliesParams } from '@carers/messages';
import { Injectable } from '@nestjs/common';
import { SubscriberFiles } from '../list/subscriber-files.js';
import { PreferenceLinks } from '../preferences/preference-links.js';
import { Subscriber } from '../subscriber.entity.js';

/** What a message about somebody's place on the list says, looked up when it is sent: the service that is theirs then, and the way to choose. */
abstract class WordsOfPlace implements ParamsSupplier {
  constructor(
    private readonly database: Database,
    private readonly files: SubscriberFiles,
    private readonly links: PreferenceLinks,
  ) {}

  async supply(message: OutgoingMessage): Promise<SuppliedParams> {
    const { subscriberId } = message.params as { subscriberId: string };
    const subscriber = await this.database.reader.findOneBy(Subscriber, { id: subscriberId });
    if (!subscriber || subscriber.leftAt) return { params: {}, drop: true };
    const { cardholder, service } = await this.files.of(subscriber);
    return {
      params: {
        firstName: cardholder.firstName,
        service: { name: service.name, phone: service.phone },
        link: this.links.urlFor(subscriber),
        letter: message.channel === 'post',
      },
      secret: true,
    };
  }
}

/** For `information-service/moved`. */
@Injectable()
@SuppliesParams('information-service/moved')
export class MovedWords extends WordsOfPlace {
  constructor(database: Database, files: SubscriberFiles, links: PreferenceLinks) {
    super(database, files, links);
  }
}

/** For `information-service/ask-grown`: the same facts, for who is old enough to decide from now on. */
@Injectable()
@SuppliesParams('information-service/ask-grown')
export class AskGrownWords extends WordsOfPlace {
  constructor(database: Database, files: SubscriberFiles, links: PreferenceLinks) {
    super(database, files, links);
  }
}

/** For `information-service/moved-away`. */
@Injectable()
@SuppliesParams('information-service/moved-away')
export class MovedAwayWords extends WordsOfPlace {
  constructor(database: Database, files: SubscriberFiles, links: PreferenceLinks) {
    super(database, files, links);
  }
}
