import { SealedColumn, sealedText } from '@carers/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How a message reaches a person. */
export type Channel = 'email' | 'text' | 'post';

/**
 * `queued → sending → sent`, or `failed` when it was refused for good. `unknown` when the worker died between asking
 * the provider and hearing its answer: a person looks at it, it is never sent again blindly. A letter waits `to print`.
 * `suppressed` when the address takes nothing: it never left.
 */
export type MessageState = 'queued' | 'sending' | 'sent' | 'failed' | 'unknown' | 'to_print' | 'suppressed';

/** One message to one person by one channel: what was to be sent, and what became of it. */
@Entity('outgoing_message')
export class OutgoingMessage {
  @PrimaryColumn('uuid') id: string;
  @Column('text') template: string;
  @Column('text') channel: Channel;
  /** E-mail address, mobile number (E.164), or the lines of a postal address. */
  @SealedColumn({ name: 'recipient' }) recipient: string;
  @SealedColumn({ name: 'recipient_name', nullable: true }) recipientName: string | null;
  @Column('text') locale: string;
  @Column('jsonb') params: object;
  @Column('text', { name: 'about_kind', nullable: true }) aboutKind: string | null;
  @Column('text', { name: 'about_id', nullable: true }) aboutId: string | null;
  @Column('text') state: MessageState;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @Column('timestamptz', { name: 'sent_at', nullable: true }) sentAt: Date | null;
  @Column('text', { nullable: true }) error: string | null;
  /** Which version of words that staff wrote it had; null for the program's own. */
  @Column('uuid', { name: 'words_version_id', nullable: true }) wordsVersionId: string | null;
  /** What was sent. Kept so that staff can see it; messages with a live secret keep nothing (see README). */
  @SealedColumn({ name: 'subject', nullable: true }) subject: string | null;
  @SealedColumn({ name: 'body_text', nullable: true }) bodyText: string | null;
  @SealedColumn({ name: 'body_html', nullable: true }) bodyHtml: string | null;
  @Column('text', { name: 'headers', nullable: true, transformer: sealedText('headers') }) headers: string | null;
}
