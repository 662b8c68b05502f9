import type { Actor } from '@carers/audit';
import { Cardholders, Cards } from '@carers/cards';
import type { Tx } from '@carers/database';
import { CaringEnd, CaringEnds, Subscriber } from '@carers/information-service';
import { Clock } from '@carers/kernel';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { caringRoles, hoursOfCaring } from '../answers.js';
import type { Application } from '../application.entity.js';
import { ApplicationMail } from '../application-mail.js';

/** What the approval of a renewal brings about, all of it in the transaction of the approval. */
@Injectable()
export class Renewing {
  constructor(
    private readonly cards: Cards,
    private readonly cardholders: Cardholders,
    private readonly caringEnds: CaringEnds,
    private readonly scheme: SchemeService,
    private readonly mail: ApplicationMail,
    private readonly clock: Clock,
  ) {}

  /**
   * The card goes on, a new address is kept, a caring that was said to have ended goes on, and a message says so.
   * @throws CardholderNotFound, CardHasEnded, CardIsSuspended
   */
  async renew(tx: Tx, application: Application, actor: Actor): Promise<void> {
    const { answers } = application;
    const cardholderId = application.cardholderId!;
    const said: Actor = { kind: 'applicant', id: application.id };
    const { address } = answers;
    if (answers.moved && address) {
      const details = { address: address.lines.join('\n'), postcode: address.postcode };
      await this.cardholders.correctIn(tx, cardholderId, details, address.regionId, said);
    }
    const today = this.clock.today();
    const caring = {
      caringRoles: caringRoles(answers, await this.scheme.policyOn(today), today),
      hoursOfCaring: hoursOfCaring(answers),
    };
    const { card } = await this.cards.renew(tx, cardholderId, caring, actor);
    if (answers.caring === 'yes') await this.goOnCaring(tx, cardholderId, said);
    application.cardId = card.id;
    await this.mail.renewed(tx, application);
  }

  private async goOnCaring(tx: Tx, cardholderId: string, actor: Actor): Promise<void> {
    for (const { id } of await endedCaring(tx, cardholderId)) {
      await this.caringEnds.takeBack(tx, id, { how: 'web', actor, why: null });
    }
  }
}

/** The subscribers of a person whose caring was said to have ended, so that the card is to end. */
export async function endedCaring(tx: Tx, cardholderId: string): Promise<Subscriber[]> {
  const own = await tx.findBy(Subscriber, { cardholderId });
  const ended: Subscriber[] = [];
  for (const subscriber of own) {
    const running = { subscriberId: subscriber.id, finishedAt: IsNull(), takenBackAt: IsNull() };
    if (await tx.existsBy(CaringEnd, running)) ended.push(subscriber);
  }
  return ended;
}
