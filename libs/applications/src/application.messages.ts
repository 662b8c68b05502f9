import { Card, Cardholder, CardLinks } from '@carers/cards';
import { formatCardNumber } from '@carers/credentials';
import { Database } from '@carers/database';
import { type OutgoingMessage, type ParamsSupplier, type SuppliedParams, SuppliesParams } from '@carers/messages';
import { Injectable } from '@nestjs/common';
import { Not } from 'typeorm';
import { Application } from './application.entity.js';
import { ApplicationLinks } from './application-links.js';

const gone: SuppliedParams = { params: {}, drop: true };

/** Links and words for a message about an application, made when it is sent: what no longer holds is not sent. */
@Injectable()
abstract class AboutApplication implements ParamsSupplier {
  constructor(
    protected readonly database: Database,
    protected readonly links: ApplicationLinks,
  ) {}

  async supply(message: OutgoingMessage): Promise<SuppliedParams> {
    const application = await this.database.reader.findOneBy(Application, { id: message.aboutId! });
    if (!application || !this.wanted(application)) return gone;
    return { params: { link: this.links.urlFor(application.id), ...this.words(application) }, secret: true };
  }

  protected abstract wanted(application: Application): boolean;

  protected words(_application: Application): Record<string, unknown> {
    return {};
  }
}

@Injectable()
@SuppliesParams('applications/resume')
export class ResumeLink extends AboutApplication {
  protected wanted({ state }: Application): boolean {
    return state === 'draft';
  }
}

@Injectable()
@SuppliesParams('applications/received')
export class ReceivedLink extends AboutApplication {
  protected wanted({ state }: Application): boolean {
    return state !== 'withdrawn';
  }
}

@Injectable()
@SuppliesParams('applications/more-needed')
export class Question extends AboutApplication {
  protected wanted({ state }: Application): boolean {
    return state === 'more_information';
  }

  protected override words({ question }: Application) {
    return { question };
  }
}

@Injectable()
@SuppliesParams('applications/declined')
export class Refusal extends AboutApplication {
  protected wanted({ state }: Application): boolean {
    return state === 'declined';
  }

  protected override words({ decisionReason, decisionWords }: Application) {
    return { reasonKey: decisionReason, words: decisionWords };
  }
}

/** The card of a new cardholder: its number, and the link that opens it. */
@Injectable()
@SuppliesParams('applications/card-issued')
export class NewCard implements ParamsSupplier {
  constructor(
    private readonly database: Database,
    private readonly cards: CardLinks,
  ) {}

  async supply(message: OutgoingMessage): Promise<SuppliedParams> {
    const application = await this.database.reader.findOneBy(Application, { id: message.aboutId! });
    return application?.cardholderId ? cardOf(this.database, this.cards, application.cardholderId) : gone;
  }
}

/** The same for a card that somebody has already. */
@Injectable()
@SuppliesParams('applications/card-again')
export class CardAgain implements ParamsSupplier {
  constructor(
    private readonly database: Database,
    private readonly cards: CardLinks,
  ) {}

  async supply(message: OutgoingMessage): Promise<SuppliedParams> {
    return cardOf(this.database, this.cards, message.aboutId!);
  }
}

/** What a message says of the card that somebody has now; none, where it has ended. */
export async function cardOf({ reader }: Database, links: CardLinks, cardholderId: string): Promise<SuppliedParams> {
  const cardholder = await reader.findOneBy(Cardholder, { id: cardholderId });
  const card = await reader.findOneBy(Card, { cardholderId, status: Not('revoked') });
  if (!cardholder || cardholder.leftAt || !card) return gone;
  return {
    params: {
      first: cardholder.firstName,
      link: links.urlFor(cardholder),
      number: formatCardNumber(card.number),
      validUntil: card.validUntil,
      byPost: cardholder.contactChannel === 'post',
    },
    // A letter's words must be kept until it is printed.
    secret: cardholder.contactChannel !== 'post',
  };
}
