import { Database } from '@carers/database';
import { Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { type Channel, OutgoingMessage } from './outgoing-message.entity.js';
import type { ReadyMessage } from './transport.js';

/** A message as the outbox shows it. */
export interface OutboxMessage {
  id: string;
  to: string;
  channel: Channel;
  subject: string;
  text: string;
  html: string | null;
  headers: Record<string, string>;
  createdAt: Date;
}

/** A message that another lib worded and would have sent by itself. */
export interface RecordedMessage extends Omit<ReadyMessage, 'attachments'> {
  /** What made it, as `lib/name`. */
  template: string;
  locale: string;
  about: { kind: string; id: string };
}

/** The messages that would have been sent, for a demo and for tests. */
@Injectable()
export class Outbox {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Keeps messages that nobody hands to a provider, so that the outbox page shows them. Each id is kept once. */
  async record(messages: readonly RecordedMessage[]): Promise<void> {
    if (messages.length === 0) return;
    const now = this.clock.now();
    const rows = messages.map(({ id, template, channel, to, toName, locale, about, subject, text, html, headers }) => ({
      ...{ id, template, channel, recipient: to, recipientName: toName, locale, params: {} },
      ...{ aboutKind: about.kind, aboutId: about.id, state: 'sent' as const, createdAt: now, sentAt: now },
      ...{ subject, bodyText: text, bodyHtml: html, headers: JSON.stringify(headers) },
    }));
    await this.database.transaction((tx) =>
      tx.createQueryBuilder().insert().into(OutgoingMessage).values(rows).orIgnore().execute(),
    );
  }

  /** Newest first; only those whose words are made. */
  async newest(limit = 100): Promise<OutboxMessage[]> {
    const messages = await this.database.reader
      .createQueryBuilder(OutgoingMessage, 'message')
      .where('message.body_text IS NOT NULL')
      .orderBy('message.created_at', 'DESC')
      .addOrderBy('message.id', 'DESC')
      .limit(limit)
      .getMany();
    return messages.map((message) => ({
      id: message.id,
      to: message.recipient,
      channel: message.channel,
      subject: message.subject ?? '',
      text: message.bodyText ?? '',
      html: message.bodyHtml,
      headers: JSON.parse(message.headers ?? '{}') as Record<string, string>,
      createdAt: message.createdAt,
    }));
  }

  /** How many messages about any of some things were held back, because their address takes nothing, and when last. */
  async suppressed(abouts: readonly { kind: string; id: string }[]): Promise<{ number: number; last: Date | null }> {
    const [row] = await this.database.query<{ number: number; last: Date | null }>(
      `SELECT count(*) AS number, max(created_at) AS last FROM outgoing_message
        WHERE state = 'suppressed'
          AND (about_kind, about_id) IN (SELECT * FROM unnest($1::text[], $2::text[]))`,
      [abouts.map(({ kind }) => kind), abouts.map(({ id }) => id)],
    );
    return row!;
  }
}
