import type { Contact } from '@carers/access';
import { Cardholder, recipientOf as holderOf } from '@carers/cards';
import type { Tx } from '@carers/database';
import { Messages, type Recipient } from '@carers/messages';
import { Injectable } from '@nestjs/common';
import type { Application } from './application.entity.js';
import { shownReference } from './reference.js';

/** Messages about an application, each by the channel that the applicant chose. They promote nothing. */
@Injectable()
export class ApplicationMail {
  constructor(private readonly messages: Messages) {}

  /** We have it, and somebody will look at it. */
  received(tx: Tx, application: Application): Promise<string> {
    return this.send(tx, application, 'received');
  }

  /** The card is there; the link to it is made when this is sent. */
  cardIssued(tx: Tx, application: Application): Promise<string> {
    return this.send(tx, application, 'card-issued');
  }

  /** We have the wish for a renewal, and somebody will look at it; the card works meanwhile. */
  renewalReceived(tx: Tx, application: Application): Promise<string> {
    return this.send(tx, application, 'renewal-received');
  }

  /** The card goes on: until when, and what to print anew. */
  renewed(tx: Tx, application: Application): Promise<string> {
    return this.send(tx, application, 'renewed');
  }

  /** Somebody has a question; its words and the link to reply come when this is sent. */
  moreNeeded(tx: Tx, application: Application): Promise<string> {
    return this.send(tx, application, 'more-needed');
  }

  /** No card, why, what would change it, and how to appeal. */
  declined(tx: Tx, application: Application): Promise<string> {
    return this.send(tx, application, application.kind === 'renewal' ? 'renewal-declined' : 'declined');
  }

  /** A second person looked, and the decision stands. */
  appealRefused(tx: Tx, application: Application): Promise<string> {
    return this.send(tx, application, 'appeal-refused');
  }

  /** The link to go on with an application, to a contact given for just this. */
  resume(tx: Tx, application: Application, to: Contact): Promise<string> {
    return this.messages.queue(tx, {
      to: { channel: to.channel, address: to.address, locale: application.locale },
      template: 'applications/resume',
      about: { kind: 'application', id: application.id },
    });
  }

  /**
   * The card that somebody holds already, to the contact the registry has, never to one in the new application: who
   * applies in another person's name learns nothing.
   */
  cardAgain(tx: Tx, cardholder: Cardholder): Promise<string> {
    const address =
      cardholder.contactChannel === 'email'
        ? cardholder.email
        : cardholder.contactChannel === 'text'
          ? cardholder.mobile
          : [cardholder.address, cardholder.postcode].filter(Boolean).join('\n');
    return this.messages.queue(tx, {
      to: {
        channel: cardholder.contactChannel,
        address: address!,
        name: `${cardholder.firstName} ${cardholder.lastName}`,
        locale: cardholder.locale,
      },
      template: 'applications/card-again',
      about: { kind: 'cardholder', id: cardholder.id },
    });
  }

  private async send(tx: Tx, application: Application, name: string): Promise<string> {
    const { first } = application.answers.name!;
    return this.messages.queue(tx, {
      to: await recipientOf(tx, application),
      template: `applications/${name}`,
      params: { first, reference: shownReference(application.reference) },
      about: { kind: 'application', id: application.id },
    });
  }
}

/** By the channel in the application; whoever renews, by the one in the registry, which may be newer. */
async function recipientOf(tx: Tx, { kind, cardholderId, answers, locale }: Application): Promise<Recipient> {
  if (kind === 'renewal') return holderOf(await tx.findOneByOrFail(Cardholder, { id: cardholderId! }));
  const { contact, address } = answers;
  const { first, last } = answers.name!;
  const to = { name: `${first} ${last}`, locale };
  if (contact!.channel === 'email') return { channel: 'email', address: contact!.email!, ...to };
  if (contact!.channel === 'text') return { channel: 'text', address: contact!.mobile!, ...to };
  return { channel: 'post', address: [...address!.lines, address!.postcode].join('\n'), ...to };
}
