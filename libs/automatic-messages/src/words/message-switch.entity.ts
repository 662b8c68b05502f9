import { Column, Entity, PrimaryColumn } from 'typeorm';

/** That somebody switched an automatic message on or off. Never changed: the newest counts. */
@Entity('message_switch')
export class MessageSwitch {
  @PrimaryColumn('uuid') id: string;
  @Column('text', { name: 'message_key' }) messageKey: string;
  /** For the people of one carers service, or (null) for everybody. */
  @Column('uuid', { name: 'carers_service_id', nullable: true }) carersServiceId: string | null;
  @Column('boolean', { name: 'is_on' }) isOn: boolean;
  @Column('text') reason: string;
  @Column('uuid', { name: 'set_by' }) setBy: string;
  @Column('timestamptz', { name: 'set_at' }) setAt: Date;
}
