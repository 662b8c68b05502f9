import { Audit } from '@carers/audit';
import { Cardholder, CardholderEvents, type DetailsCorrected, recipientOf } from '@carers/cards';
import type { Tx } from '@carers/database';
import { Messages } from '@carers/messages';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InformationService } from '../information-service.js';
import type { Way } from '../purposes.js';
import { Subscriber } from '../subscriber.entity.js';

/**
 * A person belongs to the carers service of their region. Whose new address lies in another one's moves to its list, and is
 * told. A consent names who may write, so it does not move along: the new service asks, and one press says yes to the same.
 * Who moves out of the territory stays where they are and is told what becomes of card and list.
 */
@Injectable()
export class MovingHouse implements OnModuleInit {
  constructor(
    private readonly cardholders: CardholderEvents,
    private readonly service: InformationService,
    private readonly messages: Messages,
    private readonly audit: Audit,
  ) {}

  onModuleInit(): void {
    this.cardholders.on('corrected', (tx, corrected) => this.follow(tx, corrected));
  }

  private async follow(
    tx: Tx,
    { cardholderId, changed, region, regionBefore, actor }: DetailsCorrected,
  ): Promise<void> {
    if (!changed.includes('postcode') || region === regionBefore) return;
    const found = await tx.findOneBy(Subscriber, { cardholderId });
    if (!found) return;
    if (region === null) return this.tell(tx, found, 'information-service/moved-away');
    const how: Way =
      actor.kind === 'account' && actor.role !== 'carer' ? 'phone' : actor.kind === 'link' ? 'link' : 'web';
    const moved = await this.service.move(tx, found.id, region, how, actor);
    if (!moved) return;
    await this.audit.record(tx, {
      action: 'subscriber.moved',
      subject: { kind: 'subscriber', id: found.id },
      actor,
      details: { from: moved.from, to: moved.to },
    });
    await this.tell(tx, found, 'information-service/moved');
  }

  /** About the registration, so it needs no consent and promotes nothing. Who left the list hears nothing of lists. */
  private async tell(tx: Tx, { id, cardholderId, leftAt }: Subscriber, template: string): Promise<void> {
    if (leftAt) return;
    const cardholder = await tx.findOneByOrFail(Cardholder, { id: cardholderId });
    const about = { kind: 'subscriber', id };
    await this.messages.queue(tx, { to: recipientOf(cardholder), template, params: { subscriberId: id }, about });
  }
}
