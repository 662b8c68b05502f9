import { Accounts } from '@carers/access';
import { type Actor, Audit } from '@carers/audit';
import { samplePeople, type SamplePerson } from '@carers/bulletins';
import { Database } from '@carers/database';
import {
  Messages,
  type OutgoingMessage,
  type ParamsSupplier,
  type SuppliedParams,
  SuppliesParams,
} from '@carers/messages';
import { Translations } from '@carers/pages';
import { Injectable } from '@nestjs/common';
import { NowhereToSendTest } from './automatic-messages.problems.js';
import { type AutomaticMessage, messageOf } from './catalogue.js';
import { SampleCopies } from './words/sample-copies.js';
import type { Owner } from './words/versions.js';

/** Sends whoever writes a copy as a made-up person would get it: to their own address and no other. */
@Injectable()
export class TestMessages {
  constructor(
    private readonly database: Database,
    private readonly accounts: Accounts,
    private readonly messages: Messages,
    private readonly audit: Audit,
  ) {}

  /** Queues one, and gives the address. @throws NowhereToSendTest when the account has no such address */
  async send(
    message: AutomaticMessage,
    owner: Owner,
    { locale, person, channel }: { locale: string; person: SamplePerson; channel: 'email' | 'text' },
    actor: Actor,
  ): Promise<string> {
    const contact = await this.accounts.contactOf(actor.id);
    const address = channel === 'email' ? contact.email : contact.mobile;
    if (!address) throw new NowhereToSendTest();
    const about = { kind: 'automatic-message', id: message.key };
    await this.database.transaction(async (tx) => {
      await this.messages.queue(tx, {
        to: { channel, address, name: contact.name, locale: contact.locale },
        template: 'automatic-messages/test',
        params: { key: message.key, owner, locale, person },
        about,
      });
      const details = { channel, person, locale, service: owner };
      await this.audit.record(tx, { action: 'automatic-message.tested', subject: about, actor, details });
    });
    return address;
  }
}

/** The words of such a copy, as they are in force when it is sent. */
@Injectable()
@SuppliesParams('automatic-messages/test')
export class TestMessageWords implements ParamsSupplier {
  constructor(
    private readonly copies: SampleCopies,
    private readonly translations: Translations,
  ) {}

  async supply({ params, channel, locale: reads }: OutgoingMessage): Promise<SuppliedParams> {
    const { key, owner, locale, person } = params as { key: string; owner: Owner; locale: string; person: string };
    const message = messageOf(key);
    if (!message) return { params: {}, drop: true };
    const who = samplePeople.find((each) => each === person) ?? 'standard';
    const copy = await this.copies.inForce(message, owner, locale, who, channel);
    const subject = this.translations.in(reads).t('automatic-messages:test.subject', { subject: copy.subject });
    return { params: {}, words: { ...copy, subject: channel === 'text' ? '' : subject } };
  }
}
