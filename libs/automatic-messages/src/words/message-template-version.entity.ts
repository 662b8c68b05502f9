import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Words of one automatic message in one language, as somebody saved them. Never changed: a later one takes its place. */
@Entity('message_template_version')
export class MessageTemplateVersion {
  @PrimaryColumn('uuid') id: string;
  @Column('text', { name: 'message_key' }) messageKey: string;
  /** Whose words they are: one carers service's own, or (null) the scheme's. */
  @Column('uuid', { name: 'carers_service_id', nullable: true }) carersServiceId: string | null;
  @Column('text') locale: string;
  /** From 1. The highest is in force. */
  @Column('integer') revision: number;
  /** Null, like the text, where it was decided to have the usual words again. */
  @Column('text', { nullable: true }) title: string | null;
  @Column('text', { nullable: true }) markdown: string | null;
  /** The text message. */
  @Column('text', { name: 'short_text', nullable: true }) shortText: string | null;
  @Column('uuid', { name: 'saved_by' }) savedBy: string;
  @Column('timestamptz', { name: 'saved_at' }) savedAt: Date;
}
