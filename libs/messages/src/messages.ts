import type { Tx } from '@carers/database';
import { Jobs } from '@carers/jobs';
import { Clock, Ids } from '@carers/kernel';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { sendMessage } from './message-jobs.js';
import { type Channel, OutgoingMessage } from './outgoing-message.entity.js';

/** Whom to reach, and how. */
export interface Recipient {
  channel: Channel;
  /** E-mail address, mobile number as `+447…`, or a postal address with one line per line. */
  address: string;
  name?: string | null;
  locale?: string;
}

export interface NewMessage {
  to: Recipient;
  /** `<lib>/<name>`: see the README for where its words are. */
  template: string;
  /** What the words need: plain values, no live secrets (those come from a `ParamsSupplier` when sending). */
  params?: Record<string, string | number | boolean | null | string[]>;
  /** What the message is about, so that staff find it from there. */
  about?: { kind: string; id: string };
}

/** Where every message to a person begins. */
@Injectable()
export class Messages {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly settings: Settings,
  ) {}

  /** Queues a message in the transaction of the change that causes it: both commit, or neither. Gives its id. */
  async queue(tx: Tx, message: NewMessage): Promise<string> {
    const id = this.ids.next();
    const { to, template, about } = message;
    await tx.insert(OutgoingMessage, {
      id,
      template,
      channel: to.channel,
      recipient: to.address,
      recipientName: to.name ?? null,
      locale: to.locale ?? this.settings.defaultLocale,
      params: message.params ?? {},
      aboutKind: about?.kind ?? null,
      aboutId: about?.id ?? null,
      state: 'queued',
      createdAt: this.clock.now(),
      sentAt: null,
      error: null,
      wordsVersionId: null,
      subject: null,
      bodyText: null,
      bodyHtml: null,
      headers: null,
    });
    await this.jobs.enqueue(tx, sendMessage, { messageId: id }, { once: id });
    return id;
  }

  /**
   * Takes away to whom messages went and what they said, and stops those on their way: of somebody who is erased. That
   * there was a message of that kind on that day stays.
   * @param about ids of what the messages were about
   */
  async erase(tx: Tx, about: readonly string[]): Promise<void> {
    const where = { aboutId: In([...about]) };
    await tx.update(OutgoingMessage, { ...where, state: In(['queued', 'to_print']) }, { state: 'failed' });
    const nothing = { recipientName: null, subject: null, bodyText: null, bodyHtml: null, headers: null, error: null };
    await tx.update(OutgoingMessage, where, { ...nothing, recipient: '', params: {} });
  }
}
