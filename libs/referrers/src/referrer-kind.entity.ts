import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What sort of place a referrer is. Seeded by the migration; its name is catalogue key `referrers:kinds.<slug>`. */
@Entity('referrer_kind')
export class ReferrerKind {
  @PrimaryColumn('text') slug: string;
  /** Place in lists, from 1. */
  @Column('integer') position: number;
  /** Why such a place may hand a carer over, in their order on the form: catalogue keys `referrers:reasons.<slug>`. */
  @Column('text', { array: true }) reasons: string[];
}
