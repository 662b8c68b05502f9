import { Card, CardLinks } from '@carers/cards';
import { Database } from '@carers/database';
import { type OutgoingMessage, type ParamsSupplier, type SuppliedParams, SuppliesParams } from '@carers/messages';
import { Injectable } from '@nestjs/common';
import { Application } from '../application.entity.js';
import { cardOf } from '../application.messages.js';
import { ApplicationLinks } from '../application-links.js';

const gone: SuppliedParams = { params: {}, drop: true };

/** The card goes on: its link and its new last day. */
@Injectable()
@SuppliesParams('applications/renewed')
export class Renewed implements ParamsSupplier {
  constructor(
    private readonly database: Database,
    private readonly cards: CardLinks,
  ) {}

  async supply(message: OutgoingMessage): Promise<SuppliedParams> {
    const application = await this.database.reader.findOneBy(Application, { id: message.aboutId! });
    if (!application?.cardholderId) return gone;
    const supplied = await cardOf(this.database, this.cards, application.cardholderId);
    return { ...supplied, params: { ...supplied.params, until: supplied.params['validUntil'] } };
  }
}

/** A renewal that waits or was refused: how long the card works all the same. What was decided meanwhile is not sent. */
abstract class AboutRenewal implements ParamsSupplier {
  protected abstract readonly state: Application['state'];

  constructor(
    private readonly database: Database,
    private readonly links: ApplicationLinks,
  ) {}

  async supply(message: OutgoingMessage): Promise<SuppliedParams> {
    const { reader } = this.database;
    const application = await reader.findOneBy(Application, { id: message.aboutId! });
    if (application?.state !== this.state || !application.cardId) return gone;
    const card = await reader.findOneBy(Card, { id: application.cardId });
    if (!card) return gone;
    const { decisionReason: reasonKey, decisionWords: words } = application;
    return {
      params: { until: card.validUntil, link: this.links.urlFor(application.id), reasonKey, words },
      secret: true,
    };
  }
}

@Injectable()
@SuppliesParams('applications/renewal-received')
export class RenewalReceived extends AboutRenewal {
  protected readonly state = 'submitted';

  constructor(database: Database, links: ApplicationLinks) {
    super(database, links);
  }
}

@Injectable()
@SuppliesParams('applications/renewal-declined')
export class RenewalDeclined extends AboutRenewal {
  protected readonly state = 'declined';

  constructor(database: Database, links: ApplicationLinks) {
    super(database, links);
  }
}
