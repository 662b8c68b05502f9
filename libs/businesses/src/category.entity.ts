import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What sort of business it is. Seeded by the migration; its name is catalogue key `businesses:categories.<slug>`. */
@Entity('category')
export class Category {
  @PrimaryColumn('uuid') id: string;
  @Column('text') slug: string;
  /** Place in lists, from 1. */
  @Column('integer') position: number;
}
