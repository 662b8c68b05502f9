import { SealedColumn } from '@carers/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How a referrer gets its monthly figures, if at all. */
export const figuresWays = ['email', 'post', 'none'] as const;
export type FiguresWay = (typeof figuresWays)[number];

/** A GP practice, school, ward or charity that sends carers to the scheme, with a code of its own. */
@Entity('referrer')
export class Referrer {
  @PrimaryColumn('uuid') id: string;
  /** Stands in addresses and on paper, never given to another. It opens nothing and says nothing about anybody. */
  @Column('text') code: string;
  @Column('text') kind: string;
  @Column('text') name: string;
  @Column('uuid', { name: 'carers_service_id' }) carersServiceId: string;
  @Column('uuid', { name: 'region_id' }) regionId: string;
  /** Without the postcode. */
  @Column('text', { name: 'address_lines', array: true }) addressLines: string[];
  @Column('text') postcode: string;
  @SealedColumn({ name: 'contact_name', nullable: true }) contactName: string | null;
  @SealedColumn({ name: 'contact_email', nullable: true }) contactEmail: string | null;
  @SealedColumn({ name: 'contact_phone', nullable: true }) contactPhone: string | null;
  @Column('text', { name: 'figures_by' }) figuresBy: FiguresWay;
  /** Part of the secret in the link to its figures: raising it ends the old ones. */
  @Column('integer', { name: 'link_version' }) linkVersion: number;
  @Column('timestamptz', { name: 'made_at' }) madeAt: Date;
  /** Since when it sends nobody any more; its code stays known. */
  @Column('timestamptz', { name: 'ended_at', nullable: true }) endedAt: Date | null;
}
