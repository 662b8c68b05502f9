import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Actor } from '@carers/audit';
import { Cardholder, Cardholders } from '@carers/cards';
import { Database, type Tx } from '@carers/database';
import { Clock, idToken, Ids, readIdToken } from '@carers/kernel';
import { Messages } from '@carers/messages';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { ContactLinkNotUsable } from '../information-service.problems.js';
import type { Way } from '../purposes.js';
import { Subscriber } from '../subscriber.entity.js';
import { ContactChange } from './contact-change.entity.js';

/** The link to a new address works for so long, in milliseconds. */
const usableFor = 7 * 24 * 3600 * 1000;

/**
 * New e-mail addresses and mobile numbers. Each is used only after somebody pressed the button behind the link that went
 * there; the old one hears of it then. So a mistyped address gets one message, and nobody can turn mail away unnoticed.
 */
@Injectable()
export class ContactChanges {
  private readonly key: Buffer;

  constructor(
    private readonly settings: Settings,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly cardholders: Cardholders,
    private readonly messages: Messages,
  ) {
    this.key = createHmac('sha256', settings.sessionSecret).update('contact changes').digest();
  }

  /** Writes a new address down and sends the link there. A second one for the same channel takes the place of the first. */
  async request(
    tx: Tx,
    subscriber: Subscriber,
    { channel, address }: { channel: 'email' | 'text'; address: string },
    { how, actor }: { how: Way; actor: Actor },
  ): Promise<boolean> {
    const cardholder = await tx.findOneByOrFail(Cardholder, { id: subscriber.cardholderId });
    if ((channel === 'email' ? cardholder.email : cardholder.mobile) === address) return false;
    await tx.delete(ContactChange, { subscriberId: subscriber.id, channel, confirmedAt: IsNull() });
    const id = this.ids.next();
    await tx.insert(ContactChange, {
      id,
      subscriberId: subscriber.id,
      channel,
      newAddress: address,
      how,
      askedByKind: actor.kind,
      askedById: actor.id,
      requestedAt: this.clock.now(),
      confirmedAt: null,
    });
    await this.messages.queue(tx, {
      to: { channel, address, name: cardholder.firstName, locale: subscriber.locale },
      template: 'information-service/confirm-contact',
      params: { changeId: id, firstName: cardholder.firstName },
      about: { kind: 'subscriber', id: subscriber.id },
    });
    return true;
  }

  /** The link that goes to the new address. */
  urlFor(id: string): string {
    return `${this.settings.publicUrl}/preferences/confirm/${idToken(id, this.seal(id))}`;
  }

  /** What a link is about. @throws ContactLinkNotUsable */
  async open(token: string): Promise<ContactChange> {
    const change = await this.database.reader.findOneBy(ContactChange, { id: this.idOf(token) });
    if (!change) throw new ContactLinkNotUsable();
    return this.usable(change);
  }

  /** Takes the new address into use. A second press changes nothing. @throws ContactLinkNotUsable */
  async confirm(token: string): Promise<ContactChange> {
    const id = this.idOf(token);
    return this.database.transaction(async (tx) => {
      const change = await tx.findOne(ContactChange, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!change) throw new ContactLinkNotUsable();
      this.usable(change);
      if (change.confirmedAt || change.newAddress === null) return change;
      const { cardholderId } = await tx.findOneByOrFail(Subscriber, { id: change.subscriberId });
      const details = change.channel === 'email' ? { email: change.newAddress } : { mobile: change.newAddress };
      await this.cardholders.correctIn(tx, cardholderId, details, null, { kind: 'link', id: change.subscriberId });
      change.confirmedAt = this.clock.now();
      await tx.update(ContactChange, { id }, { confirmedAt: change.confirmedAt, newAddress: null });
      return change;
    });
  }

  /** Channels for which a new address waits. */
  async waiting(subscriberId: string): Promise<('email' | 'text')[]> {
    const rows = await this.database.reader.findBy(ContactChange, { subscriberId, confirmedAt: IsNull() });
    return rows.filter((row) => this.isFresh(row)).map(({ channel }) => channel);
  }

  private usable(change: ContactChange): ContactChange {
    if (!change.confirmedAt && !this.isFresh(change)) throw new ContactLinkNotUsable();
    return change;
  }

  private isFresh({ requestedAt }: ContactChange): boolean {
    return this.clock.now().getTime() - requestedAt.getTime() < usableFor;
  }

  private idOf(token: string): string {
    const read = readIdToken(token, 16);
    if (!read || !timingSafeEqual(read.proof, this.seal(read.id))) throw new ContactLinkNotUsable();
    return read.id;
  }

  private seal(id: string): Buffer {
    return createHmac('sha256', this.key).update(id).digest().subarray(0, 16);
  }
}
